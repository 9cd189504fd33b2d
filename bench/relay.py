"""How many events a relay brings to their listener, and how long one is under way.

A relay is given a backlog of as many aggregates as events, with a listener that does nothing, and
with an inbox whose consumer does nothing. Then events are told one at a time, each in a transaction of
its own: from its commit until its consumer has it, where the relay is woken as by its own process, and
where it finds it as it finds what another host told.

python -m bench.relay [--engine postgresql] [--events 20000] [--rounds 3]: this alone.
"""

import sys
from argparse import ArgumentParser
from asyncio import Event, run, sleep, timeout
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any
from uuid import UUID, uuid4

from pydantic_core import to_json
from sqlalchemy import MetaData, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from tests.engines import databases
from tests.services.kinds import KINDS
from tests.services.temporary import a_server

from bench.figures import Figures, table
from bench.latencies import milliseconds
from domain.contracts.inventory import StockReserved
from domain.shared.ids import uuid7
from domain.shared.values import AttemptId
from infrastructure.shared.database import Engines, transaction
from infrastructure.shared.events import Posted
from infrastructure.shared.inbox import Consumer, Inbox, inbox_table
from infrastructure.shared.outbox import outbox_table
from infrastructure.shared.relay import Deliver, Relay
from infrastructure.shared.routine import Bells, Routine, stop_all
from infrastructure.shared.watch import Watch, Watched

ALONE, TO_INBOX = "relay, to nobody's inbox", "relay, to an inbox"
WOKEN, POLLED = "relay that is woken", "relay that looks"
EACH_SECOND, SINGLE_EACH_SECOND = 3000, 50
"""So many events for each second that a measurement is said to take: all are given the same number."""
AT_ONCE = 1000
SECONDS_TO_ARRIVE = 10.0
metadata = MetaData()
outbox, inbox = outbox_table(metadata, "inventory"), inbox_table(metadata, "listener")


class NotArrived(Exception):
    """Events that were told did not arrive, or not each once."""


@dataclass
class Arrivals:
    """A consumer that does nothing but to note when it was given what."""

    at: dict[UUID, float] = field(default_factory=dict)
    number: int = 0

    async def __call__(self, _connection: AsyncConnection, event: StockReserved) -> None:
        self.number += 1
        self.at[event.attempt_id] = monotonic()


def relayed(database_url: str, figures: Figures, seconds: float) -> None:
    """One round. Raises `NotArrived`."""
    run(_relayed(database_url, figures, seconds))


async def _relayed(database_url: str, figures: Figures, seconds: float) -> None:
    async with _emptied(database_url) as engine:
        number = max(AT_ONCE, int(seconds * EACH_SECOND) // AT_ONCE * AT_ONCE)
        heard = Arrivals()

        async def nothing(batch: Sequence[Posted]) -> None:
            heard.number += len(batch)

        for of, deliver in ((ALONE, nothing), (TO_INBOX, _inbox(engine, heard).receive_all)):
            await _backlog(engine, number)
            heard.number = 0
            began, before = monotonic(), process_time()
            await _relay(engine, deliver).send_waiting()
            figures.note("events", number / (monotonic() - began), of)
            figures.note("event CPU", (process_time() - before) / number * 1e6, of)
            if heard.number != number:
                raise NotArrived(f"{of}: {heard.number} of {number}")
        for of in (WOKEN, POLLED):
            taken = await _under_way(engine, max(20, int(seconds * SINGLE_EACH_SECOND)), of)
            figures.pool("event", taken, of)
            figures.note("event p50", milliseconds(taken, 0.5), of)


async def _under_way(engine: AsyncEngine, number: int, of: str) -> list[float]:
    heard, bells = Arrivals(), Bells()
    relay = _relay(engine, _inbox(engine, heard).receive_all)
    routine = Routine("relay", relay.send_waiting, bell=bells.of("inventory"))
    watch = Watch(engine, [Watched(routine, relay.waiting, relay.passes_all)])
    looking = Routine("watch", watch.look, every_seconds=watch.pause)
    ring: Callable[[], None] = bells.ringer("inventory") if of == WOKEN else Event().set
    routines = [routine, looking]
    for one in routines:
        one.start()
    told: dict[UUID, float] = {}
    try:
        for turn in range(number + 1):
            attempt = uuid4()
            async with transaction(engine, _itself) as connection:
                await connection.execute(insert(outbox), [_row(datetime.now(UTC), attempt)])
            told[attempt] = monotonic()
            ring()
            if turn == 0:  # it only says that it goes on
                await _arrived(heard, 1)
                told.clear()
            await sleep(1 / SINGLE_EACH_SECOND)
        await _arrived(heard, number + 1)
    except TimeoutError as late:
        raise NotArrived(f"{of}: {heard.number} of {number + 1}") from late
    finally:
        await stop_all(routines)
    return [max(0.0, heard.at[attempt] - at) for attempt, at in told.items()]


async def _arrived(heard: Arrivals, number: int) -> None:
    async with timeout(SECONDS_TO_ARRIVE):
        while heard.number < number:  # noqa: ASYNC110  # nothing tells it
            await sleep(0.01)


def _relay(engine: AsyncEngine, deliver: Deliver) -> Relay:
    return Relay(engine, outbox, {StockReserved.name: {"listener": deliver}})


def _inbox(engine: AsyncEngine, heard: Arrivals) -> Inbox:
    consumer = Consumer("listener.all", StockReserved, heard, together=True)
    return Inbox(engine, inbox, _itself, (consumer,), lambda: None)


async def _backlog(engine: AsyncEngine, number: int) -> None:
    for _ in range(number // AT_ONCE):
        now = datetime.now(UTC)
        async with transaction(engine, _itself) as connection:
            rows = [_row(now, uuid4()) for _ in range(AT_ONCE)]
            await connection.execute(insert(outbox), rows)


def _row(now: datetime, attempt: UUID) -> dict[str, Any]:
    return {
        "id": uuid7(now),
        "name": StockReserved.name,
        "aggregate_id": str(attempt),
        "sequence": 1,
        "occurred_at": now,
        "actor": "bench",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "body": to_json(StockReserved(attempt_id=AttemptId(attempt), lines=())).decode(),
    }


@asynccontextmanager
async def _emptied(url: str) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    try:
        async with engines.at(url).begin() as connection:
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
        yield engines.at(url)
    finally:
        await engines.close()


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


def main() -> None:
    told = ArgumentParser(prog="bench.relay", description=__doc__)
    told.add_argument("--engine", choices=("sqlite", *KINDS), default="postgresql")
    told.add_argument("--seconds", type=float, default=5.0)
    told.add_argument("--rounds", type=int, default=3)
    asked, figures = told.parse_args(), Figures()
    with TemporaryDirectory() as folder:
        if asked.engine == "sqlite":
            with databases() as made:
                _rounds(made.make("sqlite", Path(folder)), figures, asked.seconds, asked.rounds)
        else:
            kind = KINDS[asked.engine]
            with (
                a_server(kind, kind.DURABLE) as server,
                databases(lambda _kind: server.url) as made,
            ):
                url = made.make(asked.engine, Path(folder))
                _rounds(url, figures, asked.seconds, asked.rounds)
    sys.stdout.write(f"{table(figures)}\n")


def _rounds(url: str, figures: Figures, seconds: float, rounds: int) -> None:
    for _ in range(rounds):
        relayed(url, figures, seconds)


if __name__ == "__main__":
    main()
