"""Events that are not taken on are told of in the log, with how many and for how long."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from sqlalchemy import Table, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from app.house import opened
from app.settings import Settings
from domain.contracts.fulfillment import ParcelShipped
from domain.shared.ids import uuid7
from infrastructure.fulfillment.tables import outbox as fulfillment_outbox
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.lateness import Lateness
from tests.conftest import Shared, a_shop
from tests.engines import Databases
from tests.journeys.waiting import wait_for
from tests.logged import lines, logged
from tests.processes import INTERNAL_KEY
from tests.shared.listening import Clock, engine, itself, outbox

__all__ = ["engine"]
NOBODY = "http://127.0.0.1:9"


async def an_event(engine: AsyncEngine, outbox: Table, at: datetime, sequence: int = 1) -> None:
    row = {"id": uuid7(at), "aggregate_id": "first", "sequence": sequence, "occurred_at": at}
    row |= {"name": ParcelShipped.name, "actor": "", "traceparent": "", "body": "{}"}
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox).values(**row))


async def told(lateness: Lateness) -> list[tuple[str, str, int, float]]:
    with capture_logs() as said:
        await lateness.look()
    return [(one["log_level"], one["event"], one["waiting"], one["seconds"]) for one in said]


async def test_it_is_warned_of_late_events_each_minute_until_there_are_none(
    engine: AsyncEngine,
) -> None:
    clock = Clock()
    lateness = Lateness(engine, outbox, "inventory", timedelta(seconds=60), clock)
    for sequence in (1, 2):
        await an_event(engine, outbox, clock.now, sequence)

    said = [await told(lateness)]
    for seconds in (60, 1, 59, 1):
        clock.pass_by(seconds)
        said.append(await told(lateness))
    async with transaction(engine, itself) as connection:
        await connection.execute(update(outbox).values(sent_at=clock.now))
    said += [await told(lateness), await told(lateness)]

    assert said == [
        [],
        [],
        [("warning", "events late", 2, 61.0)],
        [],
        [("warning", "events late", 2, 121.0)],
        [("info", "events no longer late", 0, 0.0)],
        [],
    ]


def late(said: StringIO) -> list[tuple[str, int]]:
    told = [one for one in lines(said) if one["event"] == "events late"]
    return [(one["context"], one["waiting"]) for one in told]


async def test_a_house_tells_of_events_that_nobody_takes(
    tmp_path: Path, with_tables: Callable[[str], Awaitable[Shared]], made: Databases
) -> None:
    url = made.copy((await with_tables("sqlite")).url, tmp_path)
    away = ("identity", "inventory", "ordering", "payments")
    chosen = a_shop(tmp_path, database_url=url, contexts="fulfillment", internal_keys=INTERNAL_KEY)
    chosen |= {context: {"url": NOBODY} for context in away}
    async with opened(Settings(**chosen)) as house:
        engine = house.kept("fulfillment").engine
        await an_event(engine, fulfillment_outbox, utc_now() - timedelta(seconds=61))
        with logged() as said:
            house.start()
            await wait_for("the warning", lambda: ("fulfillment", 1) in late(said))
            await house.stop(5)
