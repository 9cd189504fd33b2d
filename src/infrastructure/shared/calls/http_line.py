"""The line between two of our processes: HTTP, and a seal that says the caller is one of us."""

from asyncio import timeout_at
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac
from time import time

from aiohttp import ClientError, ClientSession

from domain.shared.model import OutcomeUnknown
from infrastructure.shared.envelope import Envelope
from infrastructure.shared.events.posted import EVENTS_PATH, NotTaken, Posted, as_cloud_events

SEAL_SECONDS = 30  # covers the clocks of two machines, and little else
SECONDS_TO_DELIVER = 5.0
LETTERS_PATH = "/internal/{}/dead-letters/{}"
"""Of a context, and of a call of `DeadLetters`."""
NEVER_TAKEN = (413, 422)
"""What is answered to a body that is too large, or is no event: it will be so again."""
SEALED_HEADERS = (
    "x-actor",
    "traceparent",
    "x-deadline-milliseconds",
    "x-body-sha256",
    "x-sealed-at",
)


@dataclass(frozen=True)
class Seal:
    """A deployment's keys, newest first: that one seals, and all of them are believed."""

    keys: tuple[str, ...]
    clock: Callable[[], float] = time

    def __post_init__(self) -> None:
        if not self.keys or min(map(len, self.keys)) < 32:
            raise ValueError("internal calls need keys of at least 32 characters")

    def put(self, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        told = {"x-body-sha256": fingerprint(body), "x-sealed-at": str(int(self.clock()))}
        return {**headers, **told, "x-seal": _seal(self.keys[0], path, {**headers, **told})}

    def is_whole(self, path: str, headers: Mapping[str, str]) -> bool:
        """Whether one of us sent this, just now. The body is then known by its fingerprint."""
        if any(name not in headers for name in (*SEALED_HEADERS, "x-seal")):
            return False
        given = headers["x-seal"].encode()
        return (
            any(compare_digest(_seal(k, path, headers).encode(), given) for k in self.keys)
            and abs(self.clock() - int(headers["x-sealed-at"])) < SEAL_SECONDS
        )


def fingerprint(body: bytes) -> str:
    return sha256(body).hexdigest()


def _seal(key: str, path: str, headers: Mapping[str, str]) -> str:
    sealed = "\n".join([path, *(headers[name] for name in SEALED_HEADERS)])
    return hmac(key.encode(), sealed.encode(), "sha256").hex()


class Clients:
    """One client for each process we call."""

    def __init__(self) -> None:
        self._clients: dict[str, ClientSession] = {}

    def at(self, url: str) -> ClientSession:
        if url not in self._clients:
            self._clients[url] = ClientSession(url)
        return self._clients[url]

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()


def address(contract: type, call: str) -> str:
    context = contract.__module__.rpartition(".")[2]
    return f"/internal/{context}/{call}"


async def over_http(
    client: ClientSession, seal: Seal, contract: type, call: str, body: bytes, envelope: Envelope
) -> tuple[int, bytes]:
    return await post(client, seal, address(contract, call), body, envelope)


async def letters_over_http(
    client: ClientSession, seal: Seal, context: str, call: str, body: bytes, envelope: Envelope
) -> tuple[int, bytes]:
    """Ask a context in another process for what it could not work through."""
    return await post(client, seal, LETTERS_PATH.format(context, call), body, envelope)


async def deliver_over_http(
    client: ClientSession, seal: Seal, context: str, batch: Sequence[Posted]
) -> None:
    """Bring events to a context in another process, which has them once it says so.

    What is too much at once, or is no event to a release that knows no batches, is brought one by one.
    Raises `NotTaken`.
    """
    envelope = Envelope.opened(
        actor=batch[0].actor, traceparent=batch[0].traceparent, seconds=SECONDS_TO_DELIVER
    )
    path = EVENTS_PATH.format(context)
    status, _ = await post(client, seal, path, as_cloud_events(batch), envelope)
    if status in NEVER_TAKEN and len(batch) == 1:
        raise NotTaken(batch[0], f"{path} answered {status}")
    if status in NEVER_TAKEN:
        for posted in batch:
            await deliver_over_http(client, seal, context, [posted])
    elif status != 204:
        raise OutcomeUnknown(f"{path} answered {status}")


async def post(
    client: ClientSession, seal: Seal, path: str, body: bytes, envelope: Envelope
) -> tuple[int, bytes]:
    headers = seal.put(path, envelope.headers(), body)
    try:
        async with (
            timeout_at(envelope.deadline),
            client.post(path, data=body, headers=headers) as response,
        ):
            return response.status, await response.read()
    except (ClientError, TimeoutError) as broken:
        raise OutcomeUnknown(path) from broken
