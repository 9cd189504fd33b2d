"""How a webhook is posted, and what an answer means."""

from collections.abc import Mapping

from domain.notifications.ports import NotTaken
from infrastructure.shared.calls.guarded_client import (
    GuardedClient,
    NotAllowed,
    TooLarge,
    Unreachable,
    Unresolvable,
)

GONE = 410


async def post(line: GuardedClient, target: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Whatever is answered is not read: any 2xx says that it was taken (UCP WHK-13), 410 that no
    more of it is wanted, and all else that it is to be sent again (WHK-7). Raises `NotTaken`.
    """
    try:
        answered = await line.post(target, body, headers)
    except NotAllowed as no:
        raise not_called(no) from None
    except Unresolvable:
        raise NotTaken("there is no such host") from None
    except TooLarge:
        raise NotTaken("it answered too much") from None
    except Unreachable as broken:
        raise NotTaken(f"it did not answer: {type(broken.__cause__).__name__}") from None
    if answered.status == GONE:
        raise NotTaken("it answered 410: gone", is_final=True, at=target)
    if not 200 <= answered.status < 300:
        raise NotTaken(f"it answered {answered.status}")


def not_called(no: NotAllowed) -> NotTaken:
    return NotTaken(f"it is not called: {no}")
