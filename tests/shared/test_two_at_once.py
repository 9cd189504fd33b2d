"""Two that send or receive the same events at once: nothing is lost, done twice or out of order.

SQLite has one writer: there the second finds what the first has done.
"""

from asyncio import Barrier, Event, gather, timeout
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.event import listens_for
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.testing import capture_logs

from domain.contracts.inventory import StockReleased, StockReserved
from domain.shared.ids import uuid7
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.events.consumers import Consumer, Handle
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.events.relay import BATCH, Relay
from tests.engines import only
from tests.shared.listening import (
    Clock,
    Listening,
    a_posted,
    a_story,
    engine,
    heard,
    inbox_rows,
    itself,
    outbox,
    relay_to,
    state_of,
    told,
    waiting,
)
from tests.shared.shelf import SERVERS

__all__ = ["engine"]
pytestmark = only(*SERVERS)
BOTH = ["stock_reserved", "stock_released"]


@pytest.fixture
async def beside(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Another process's lines to the same database."""
    engines = Engines()
    yield engines.at(engine.url.render_as_string(hide_password=False))
    await engines.close()


def an_inbox(engine: AsyncEngine, handle: Handle, *, together: bool = False) -> Inbox:
    consumers = tuple(
        Consumer("listener.all", event, handle, together)
        for event in (StockReserved, StockReleased)
    )
    return Inbox(engine, inbox_rows, itself, consumers, ring=lambda: None, clock=Clock())


def by_aggregate(pairs: Iterable[tuple[Any, str]]) -> dict[str, list[Any]]:
    each = defaultdict(list)
    for what, aggregate in pairs:
        each[aggregate].append(what)
    return each


@pytest.mark.parametrize("together", [False, True])
async def test_what_two_inboxes_receive_at_once_is_worked_through_once_and_in_order(
    engine: AsyncEngine, beside: AsyncEngine, *, together: bool
) -> None:
    stories = [a_story(StockReserved, StockReleased) for _ in range(20)]
    await told(engine, *stories)
    inboxes = [an_inbox(one, Listening(), together=together) for one in (engine, beside)]

    async def at_once(batch: Sequence[Posted]) -> None:
        await gather(*(inbox.receive_all(batch) for inbox in inboxes))

    async with timeout(30):
        with capture_logs() as logged:
            assert await relay_to(engine, listener=at_once).send_waiting()

    assert by_aggregate(await heard(engine)) == {str(attempt): BOTH for attempt, _ in stories}
    assert await state_of(engine) == [("done", 0)] * 40
    assert "consumer failed" not in [entry["event"] for entry in logged]


async def met(engine: AsyncEngine, beside: AsyncEngine, posted: Posted, last: Listening) -> None:
    """Two receive it, and the second wants it before the first, which ends with `last`, is done."""
    is_taken, is_wanted = Event(), Event()

    @listens_for(beside.sync_engine, "before_cursor_execute")
    def see(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if f"INTO {inbox_rows.name}" in statement:
            is_wanted.set()

    async def work(connection: AsyncConnection, event: Any) -> None:
        is_taken.set()
        await is_wanted.wait()
        await last(connection, event)

    async def follow() -> None:
        await is_taken.wait()
        await an_inbox(beside, Listening()).receive(posted)

    async with timeout(30):
        await gather(an_inbox(engine, work).receive(posted), follow())


@pytest.mark.parametrize("sequence", [1, 2])
async def test_what_another_works_at_is_waited_for_and_not_done_again(
    engine: AsyncEngine, beside: AsyncEngine, sequence: int
) -> None:
    with capture_logs() as logged:
        await met(engine, beside, replace(a_posted(), sequence=sequence), Listening())

    assert len(await heard(engine)) == 1
    assert await state_of(engine) == [("done", 0)]
    assert "consumer failed" not in [entry["event"] for entry in logged]


@pytest.mark.parametrize("sequence", [1, 2])
async def test_what_another_fails_at_is_done_by_who_waits_for_it(
    engine: AsyncEngine, beside: AsyncEngine, sequence: int
) -> None:
    failing = Listening(fails_at={StockReserved.name})

    await met(engine, beside, replace(a_posted(), sequence=sequence), failing)

    assert len(await heard(engine)) == 1
    assert [state for state, _ in await state_of(engine)] == ["done"]


async def by_clocks_that_differ(engine: AsyncEngine, aggregates: int) -> None:
    """Two events of each; in every other one the ids are in the wrong order."""
    at, rows = Clock().now, []
    row = {"occurred_at": at, "actor": "", "traceparent": ""}
    for number in range(aggregates):
        attempt, ids = uuid4(), sorted((uuid7(at), uuid7(at)), reverse=number % 2 == 0)
        row |= {"aggregate_id": str(attempt), "body": f'{{"attempt_id":"{attempt}","lines":[]}}'}
        for sequence, event in enumerate((StockReserved, StockReleased), 1):
            rows.append(row | {"id": ids[sequence - 1], "name": event.name, "sequence": sequence})
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


async def test_two_relays_at_once_bring_every_listener_all_that_waits_in_order(
    engine: AsyncEngine, beside: AsyncEngine
) -> None:
    """As where one has lost its lease, and does not know yet."""
    await by_clocks_that_differ(engine, BATCH)
    seen: list[Posted] = []
    both_have_read = Barrier(2)

    def a_relay(engine: AsyncEngine) -> Relay:
        has_met = False

        async def watch(batch: Sequence[Posted]) -> None:
            nonlocal has_met
            if not has_met:
                has_met = True
                await both_have_read.wait()
            seen.extend(batch)

        inbox = an_inbox(engine, Listening(), together=True)
        return relay_to(engine, watch=watch, listener=inbox.receive_all)

    async with timeout(30):
        sent = await gather(*(again(a_relay(one).send_waiting) for one in (engine, beside)))

    first = list({posted.id: posted for posted in seen}.values())
    assert sent == [True, True]
    assert len(seen) > len(first) == 2 * BATCH
    in_order = by_aggregate((p.sequence, p.aggregate_id) for p in first)
    assert list(in_order.values()) == [[1, 2]] * BATCH
    assert list(by_aggregate(await heard(engine)).values()) == [BOTH] * BATCH
    assert await waiting(engine) == 0
