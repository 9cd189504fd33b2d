"""What was sent is sent again in its order, while relays are at work."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.event import listens_for
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.inventory import StockReserved
from domain.shared.ids import uuid7
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.outbox import AT_ONCE, remembered_since, send_again, too_old
from tests.engines import asked
from tests.shared.listening import Clock, engine, itself, outbox

__all__ = ["engine"]
BEGAN_AT = Clock().now
AGGREGATES = AT_ONCE + 100


async def two_events_each(engine: AsyncEngine) -> None:
    """The second was marked before the first: by another host's clock, or as a listener of the first
    alone was away.
    """
    rows = [
        a_row(str(number), sequence, BEGAN_AT)
        for number in range(AGGREGATES)
        for sequence in (1, 2)
    ]
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


def a_row(aggregate_id: str, sequence: int, occurred_at: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(BEGAN_AT),
        "name": StockReserved.name,
        "aggregate_id": aggregate_id,
        "sequence": sequence,
        "occurred_at": occurred_at,
        "sent_at": BEGAN_AT + timedelta(seconds=-sequence),
        "actor": "",
        "traceparent": "",
        "body": "{}",
    }


async def test_no_event_is_to_be_sent_again_before_what_was_before_it(engine: AsyncEngine) -> None:
    await two_events_each(engine)
    seen: list[set[tuple[str, int]]] = []

    @listens_for(engine.sync_engine, "before_cursor_execute")
    def look(*_statement: Any) -> None:
        seen.append(unsent(engine))

    number = await send_again(engine, outbox, BEGAN_AT - timedelta(minutes=1))

    seen.append(unsent(engine))
    assert number == len(seen[-1]) == 2 * AGGREGATES
    assert any(0 < len(some) < number for some in seen)
    assert not [(of, n) for some in seen for of, n in some if n == 2 and (of, 1) not in some]


async def test_what_listeners_may_have_forgotten_is_not_sent_again_however_often_it_was(
    engine: AsyncEngine,
) -> None:
    known = remembered_since(BEGAN_AT, days=30)
    async with transaction(engine, itself) as connection:
        times = (known - timedelta(seconds=1), known)
        rows = [a_row("one", number, at) for number, at in enumerate(times, 1)]
        await connection.execute(insert(outbox), rows)

    for _ in range(2):
        since = BEGAN_AT - timedelta(minutes=1)
        assert await too_old(engine, outbox, since, happened_since=known) == 1
        assert await send_again(engine, outbox, since, happened_since=known) == 1
        assert unsent(engine) == {("one", 2)}
        async with transaction(engine, itself) as connection:
            await connection.execute(update(outbox).values(sent_at=BEGAN_AT))


def test_it_is_left_out_before_an_inbox_forgets_it() -> None:
    assert BEGAN_AT - remembered_since(BEGAN_AT, days=30) == timedelta(days=29)


def unsent(engine: AsyncEngine) -> set[tuple[str, int]]:
    """As another sees it meanwhile."""
    its = outbox.c
    waiting = select(its.aggregate_id, its.sequence).where(its.sent_at.is_(None))
    with asked(engine.url.render_as_string(hide_password=False)).connect() as connection:
        return {(row.aggregate_id, row.sequence) for row in connection.execute(waiting)}
