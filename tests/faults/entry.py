"""The server, with a fault planted: it is killed, or stopped, at one place of the order process.

python -m tests.faults.entry SIGNAL PLACE ARMED: SIGNAL is kill or stop. PLACE is `context:n:when`,
the n-th transaction of that context's use cases, just before or just after its commit; or
`provider:before` or `provider:after`, around the call that authorises money. Nothing happens until
the file ARMED exists; what comes from then on is counted.
"""

import os
import sys
from asyncio import sleep
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGSTOP
from typing import Any

from dependency_injector import providers

from app.container import Container
from app.house import wiring
from app.server import serve
from app.settings import load_settings

SIGNALS = {"kill": SIGKILL, "stop": SIGSTOP}


@dataclass
class Fault:
    signal: int
    armed: Path
    pool: Any
    countdown: int = 1

    def strikes(self) -> bool:
        """Whether this is the time, once armed."""
        if not self.armed.exists():
            return False
        self.countdown -= 1
        return self.countdown == 0

    async def strike(self) -> None:
        """Who is stopped holds no transaction open: in SQLite that would stop everybody."""
        while self.signal == SIGSTOP and self.pool.checkedout():  # noqa: ASYNC110  # it rings no bell
            await sleep(0)
        os.kill(os.getpid(), self.signal)


def around_commit(begin: Callable[[], Any], fault: Fault, when: str) -> Callable[[], Any]:
    @asynccontextmanager
    async def begun() -> AsyncIterator[Any]:
        async with begin() as repository:
            yield repository
            is_now = fault.strikes()
            if is_now and when == "before":
                await fault.strike()
        if is_now and when == "after":
            await fault.strike()

    return begun


@dataclass
class AroundProvider:
    """A payment provider; the process ends, or stops, around the call that authorises."""

    provider: Any
    fault: Fault
    when: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.provider, name)

    async def authorise(self, *arguments: Any) -> Any:
        is_now = self.fault.strikes()
        if is_now and self.when == "before":
            await self.fault.strike()
        outcome = await self.provider.authorise(*arguments)
        if is_now and self.when == "after":
            await self.fault.strike()
        return outcome


def planted(container: Container, place: str, fault: Fault) -> None:
    where, _, rest = place.partition(":")
    if where == "provider":
        around = providers.Singleton(AroundProvider, container.provider_elsewhere, fault, rest)
        container.payment_provider.override(around)
        return
    count, _, when = rest.partition(":")
    fault.countdown = int(count)
    begin = getattr(container, f"{where}_begin")
    begin.override(providers.Object(around_commit(begin(), fault, when)))


def main(signal: str, place: str, armed: str) -> None:
    settings = load_settings()
    container = Container()
    container.config.from_dict(wiring(settings))
    pool = container.ordering_engine().sync_engine.pool
    planted(container, place, Fault(SIGNALS[signal], Path(armed), pool))
    serve(settings, container)


if __name__ == "__main__":
    main(*sys.argv[1:])
