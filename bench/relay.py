"""How many events a relay brings to their listener, and how long one is under way.

A relay is given a backlog of as many aggregates as events, with a listener that does nothing, with an
inbox whose consumer does nothing, and with a broker by which that inbox hears of them. Then events are
told one at a time, each in a transaction of its own: from its commit until its consumer has it, where
the relay is woken as by its own process, where it finds it as it finds what another host told, and where
it is woken and a broker is in between.

python -m bench.relay [--engine postgresql] [--seconds 5] [--rounds 3]: this alone.
"""

import sys
from argparse import ArgumentParser
from asyncio import Event, run
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time

from sqlalchemy.ext.asyncio import AsyncEngine
from tests.engines import databases
from tests.services import nats
from tests.services.kinds import KINDS
from tests.services.temporary import a_server

from bench.figures import Figures, table
from bench.outbox import (
    AT_ONCE,
    LISTENER,
    SOURCE,
    Arrivals,
    a_relay,
    an_inbox,
    emptied,
    leases,
    tell_many,
    tell_singly,
)
from infrastructure.shared.events.hearing import Hearing
from infrastructure.shared.events.nats_broker import NatsBroker
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.events.relay import Deliver
from infrastructure.shared.routines.lease import Lease
from infrastructure.shared.routines.routine import Bells, Routine, stop_all
from infrastructure.shared.routines.watch import Watch, Watched

ALONE, TO_INBOX = "relay, to nobody's inbox", "relay, to an inbox"
BY_BROKER = "relay, to an inbox by NATS JetStream"
WOKEN, POLLED = "relay that is woken", "relay that looks"
WOKEN_BY_BROKER = "relay that is woken, by NATS JetStream"
EACH_SECOND, SINGLE_EACH_SECOND = 3000, 50
"""So many events for each second that a measurement is said to take: all are given the same number."""


def relayed(database_url: str, broker_url: str | None, figures: Figures, seconds: float) -> None:
    """One round. Raises `NotArrived`."""
    run(_relayed(database_url, broker_url, figures, seconds))


async def _relayed(
    database_url: str, broker_url: str | None, figures: Figures, seconds: float
) -> None:
    many = max(AT_ONCE, int(seconds * EACH_SECOND) // AT_ONCE * AT_ONCE)
    few = max(20, int(seconds * SINGLE_EACH_SECOND))
    async with emptied(database_url) as engine:
        heard = Arrivals()

        async def nothing(batch: Sequence[Posted]) -> None:
            heard.at |= dict.fromkeys((posted.id for posted in batch), 0.0)

        await _backlog(engine, figures, heard, many, ALONE, nothing)
        heard = Arrivals()
        deliver = an_inbox(engine, heard).receive_all
        await _backlog(engine, figures, heard, many, TO_INBOX, deliver)
        for of in (WOKEN, POLLED):
            heard = Arrivals()
            deliver = an_inbox(engine, heard).receive_all
            await _singly(engine, figures, heard, few, of, deliver)
        if broker_url:
            heard = Arrivals()
            async with _by_broker(engine, heard, broker_url) as publish:
                await _backlog(engine, figures, heard, many, BY_BROKER, publish)
                heard.at.clear()
                await _singly(engine, figures, heard, few, WOKEN_BY_BROKER, publish)


@asynccontextmanager
async def _by_broker(engine: AsyncEngine, heard: Arrivals, url: str) -> AsyncIterator[Deliver]:
    broker, lease = NatsBroker(url), Lease(leases)
    lease.held_until = inf  # nobody else is there
    receive = an_inbox(engine, heard).receive_all
    hearing = Hearing(broker.subscription(SOURCE, LISTENER), receive, lease)
    routine = Routine("hearing", hearing.some, every_seconds=hearing.pause)
    routine.start()
    try:
        yield broker.publish
    finally:
        await stop_all([routine])
        await broker.close()


async def _backlog(
    engine: AsyncEngine,
    figures: Figures,
    heard: Arrivals,
    number: int,
    of: str,
    deliver: Callable[[Sequence[Posted]], Awaitable[None]],
) -> None:
    await tell_many(engine, number)
    began, before = monotonic(), process_time()
    await a_relay(engine, deliver).send_waiting()
    await heard.all_of(number, of)
    figures.note("events", number / (monotonic() - began), of)
    figures.note("event CPU", (process_time() - before) / number * 1e6, of)


async def _singly(
    engine: AsyncEngine, figures: Figures, heard: Arrivals, number: int, of: str, deliver: Deliver
) -> None:
    bells, relay = Bells(), a_relay(engine, deliver)
    routine = Routine("relay", relay.send_waiting, bell=bells.of(SOURCE))
    watch = Watch(engine, [Watched(routine, relay.waiting, relay.passes_all)])
    looking = Routine("watch", watch.look, every_seconds=watch.pause)
    ring: Callable[[], None] = Event().set if of == POLLED else bells.ringer(SOURCE)
    routines = [routine, looking]
    for one in routines:
        one.start()
    try:
        await tell_singly(engine, figures, heard, number, SINGLE_EACH_SECOND, of, ring)
    finally:
        await stop_all(routines)


def main() -> None:
    told = ArgumentParser(prog="bench.relay", description=__doc__)
    told.add_argument("--engine", choices=("sqlite", *KINDS), default="postgresql")
    told.add_argument("--seconds", type=float, default=5.0)
    told.add_argument("--rounds", type=int, default=3)
    asked, figures = told.parse_args(), Figures()
    with TemporaryDirectory() as folder, ExitStack() as stack:
        url: Callable[[str], str] | None = None
        if kind := KINDS.get(asked.engine):
            server = stack.enter_context(a_server(kind, kind.DURABLE))
            url = lambda _kind: server.url
        made = stack.enter_context(databases(url) if url else databases())
        queue = made.make(asked.engine, Path(folder))
        for _ in range(asked.rounds):
            with a_server(nats) as broker:
                relayed(queue, broker.url, figures, asked.seconds)
    sys.stdout.write(f"{table(figures)}\n")


if __name__ == "__main__":
    main()
