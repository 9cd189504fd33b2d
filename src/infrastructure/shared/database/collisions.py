"""Two that are in each other's way: what was begun is begun again."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import stamina

from domain.shared.model import Conflict

Told = ParamSpec("Told")
Done = TypeVar("Done")
counted = stamina.AsyncRetryingCaller(
    attempts=4, timeout=None, wait_initial=0.02, wait_max=0.2, wait_jitter=0.1
).on(Conflict)


async def again(do: Callable[Told, Awaitable[Done]], *args: Told.args, **more: Told.kwargs) -> Done:
    """Do it, and where it collides three times more, with pauses; then it is a `Conflict`.

    To count tries costs a tenth of a small request, so it is begun after the first: most meet
    nobody.
    """
    try:
        return await do(*args, **more)
    except Conflict as collided:
        met = [collided]

    async def done() -> Done:
        if met:
            raise met.pop()
        return await do(*args, **more)

    return await counted(done)
