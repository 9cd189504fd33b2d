"""What waits in an outbox is brought to every listener, in order, whoever is away meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import MetaData, insert
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain.contracts.inventory import StockReleased, StockReserved
from domain.shared.ids import uuid7
from domain.shared.model import OutcomeUnknown
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.posted import NotTaken, Posted
from infrastructure.shared.events.relay import (
    AT_ONCE,
    BATCH,
    LOOK_ANEW_SECONDS,
    REST_SECONDS,
    Relay,
)
from infrastructure.shared.routines.lease import Lease, lease_table
from tests.shared.listening import (
    Clock,
    a_story,
    clock,
    engine,
    heard,
    inbox,
    itself,
    listening,
    of_one,
    of_yesterday,
    outbox,
    relay_to,
    told,
    waiting,
)
from tests.statements import counted

__all__ = ["clock", "engine", "inbox", "listening"]


async def test_a_listener_that_is_away_misses_nothing_and_holds_up_nobody(
    engine: AsyncEngine, inbox: Inbox, clock: Clock
) -> None:
    seen: list[UUID] = []
    is_away = True

    async def elsewhere(batch: Sequence[Posted]) -> None:
        if is_away:
            raise OutcomeUnknown
        seen.extend(posted.id for posted in batch)

    stories = [a_story(StockReserved, StockReleased) for _ in range(BATCH)]
    await told(engine, *stories)
    relay = relay_to(engine, clock, elsewhere=elsewhere, listener=inbox.receive_all)

    assert not await relay.send_waiting()
    assert len(await heard(engine)) == 2 * BATCH
    assert await waiting(engine) == 2 * BATCH

    is_away = False
    assert not await relay.send_waiting()
    assert seen == []

    clock.pass_by(REST_SECONDS)
    assert await relay.send_waiting()
    assert len(await heard(engine)) == 2 * BATCH
    assert len(seen) == len(set(seen)) == 2 * BATCH
    assert await waiting(engine) == 0


async def test_what_waits_only_for_who_is_away_is_not_read_over_and_over(
    engine: AsyncEngine, clock: Clock
) -> None:
    seen: dict[str, list[UUID]] = {"here": [], "elsewhere": []}
    asked, is_away = 0, True

    async def here(batch: Sequence[Posted]) -> None:
        seen["here"] += [posted.id for posted in batch]

    async def elsewhere(batch: Sequence[Posted]) -> None:
        nonlocal asked
        asked += 1
        if is_away:
            raise OutcomeUnknown
        seen["elsewhere"] += [posted.id for posted in batch]

    await of_yesterday(engine, 3 * BATCH)
    await told(engine, a_story(StockReserved))
    relay = relay_to(engine, clock, elsewhere=elsewhere, here=here)
    assert not await relay.send_waiting()
    assert (asked, len(seen["here"])) == (1, 3 * BATCH + 1)

    for _ in range(3):
        with counted(engine) as said:
            assert not await relay.send_waiting()
        assert len(said) == 1
    clock.pass_by(REST_SECONDS)
    with counted(engine) as said:
        assert not await relay.send_waiting()
    assert (asked, len(said)) == (2, 2)

    await told(engine, a_story(StockReserved))
    assert not await relay.send_waiting()
    assert len(seen["here"]) == 3 * BATCH + 2

    is_away = False
    clock.pass_by(REST_SECONDS)
    assert await relay.send_waiting()
    assert sorted(seen["elsewhere"]) == sorted(seen["here"])
    assert len(seen["here"]) == 3 * BATCH + 2
    assert await waiting(engine) == 0


async def test_what_was_committed_very_late_is_found_while_a_listener_is_away(
    engine: AsyncEngine, clock: Clock
) -> None:
    seen: list[UUID] = []

    async def here(batch: Sequence[Posted]) -> None:
        seen.extend(posted.id for posted in batch)

    async def elsewhere(_batch: Sequence[Posted]) -> None:
        raise OutcomeUnknown

    relay = relay_to(engine, clock, elsewhere=elsewhere, here=here)
    await told(engine, a_story(StockReserved))
    await relay.send_waiting()
    await of_yesterday(engine, 1)

    clock.pass_by(LOOK_ANEW_SECONDS)
    await relay.send_waiting()

    assert len(seen) == 2


async def test_a_relay_stops_where_its_lease_is_lost(engine: AsyncEngine) -> None:
    seen, lease = 0, Lease(lease_table(MetaData(), "inventory"))

    async def here(batch: Sequence[Posted]) -> None:
        nonlocal seen
        seen += len(batch)
        lease.let_go()

    lease.hold(float("inf"))
    await of_yesterday(engine, 2 * BATCH)
    names = {StockReserved.name: {"here": here}}

    await Relay(engine, outbox, names, lease=lease).send_waiting()

    assert seen == AT_ONCE
    assert await waiting(engine) == 2 * BATCH - AT_ONCE


async def test_what_a_listener_will_not_have_is_set_aside_and_all_else_passes(
    engine: AsyncEngine, inbox: Inbox, clock: Clock
) -> None:
    refused = attempt, _ = a_story(StockReserved, StockReleased)
    others = [a_story(StockReserved, StockReleased) for _ in range(3)]
    await told(engine, others[0], refused, *others[1:])
    seen: list[str] = []
    may_pass = False

    async def choosy(batch: Sequence[Posted]) -> None:
        for posted in batch:
            if posted.aggregate_id == str(attempt) and not may_pass:
                raise NotTaken(posted, "too large")
            seen.append(posted.aggregate_id)

    relay = relay_to(engine, clock, choosy=choosy, listener=inbox.receive_all)
    with capture_logs() as logged:
        assert await relay.send_waiting()
        assert await relay.send_waiting()

    assert seen == [str(one) for one, _ in others for _ in range(2)]
    assert len(await heard(engine)) == 8
    assert await waiting(engine) == 2
    assert [e["log_level"] for e in logged if e["event"] == "event set aside"] == ["error"]

    may_pass = True
    clock.pass_by(LOOK_ANEW_SECONDS)
    assert await relay.send_waiting()
    assert seen[6:] == [str(attempt)] * 2
    assert await waiting(engine) == 0


async def test_an_aggregate_keeps_its_order_whatever_the_clocks_of_its_hosts_say(
    engine: AsyncEngine,
) -> None:
    at = datetime.now(UTC)
    row = {
        "name": StockReserved.name,
        "occurred_at": at,
        "actor": "",
        "traceparent": "",
        "body": "",
    }
    others = [row | {"id": uuid7(at), "aggregate_id": str(n), "sequence": 1} for n in range(BATCH)]
    first = row | {"id": uuid7(at + timedelta(seconds=1)), "aggregate_id": "a", "sequence": 1}
    second = row | {"id": uuid7(at - timedelta(seconds=1)), "aggregate_id": "a", "sequence": 2}
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), [*others, first, second])
    seen: list[int] = []

    async def here(batch: Sequence[Posted]) -> None:
        seen.extend(posted.sequence for posted in batch if posted.aggregate_id == "a")

    assert await relay_to(engine, here=here).send_waiting()

    assert seen == [1, 2]
    assert await waiting(engine) == 0


@pytest.mark.parametrize("away", [0, 1])
async def test_what_is_committed_late_comes_before_what_follows_it(
    engine: AsyncEngine, clock: Clock, away: int
) -> None:
    """By a host whose clock is behind, while a page of ids that are later is brought."""
    seen: list[int] = []
    is_first = True
    at = datetime.now(UTC)
    earlier, later = at - timedelta(seconds=10), at + timedelta(seconds=10)

    async def here(batch: Sequence[Posted]) -> None:
        nonlocal is_first
        if is_first:
            is_first = False
            await of_one(engine, "a", uuid7(earlier), uuid7(later))
        seen.extend(posted.sequence for posted in batch if posted.aggregate_id == "a")

    async def elsewhere(_batch: Sequence[Posted]) -> None:
        raise OutcomeUnknown

    for number in range(BATCH):
        await of_one(engine, str(number), uuid7(at))
    listeners = {"here": here} | ({"elsewhere": elsewhere} if away else {})
    relay = relay_to(engine, clock, **listeners)
    await relay.send_waiting()
    await relay.send_waiting()

    assert seen == [1, 2]


async def test_a_host_whose_clock_is_ahead_hides_no_events_of_others_while_a_listener_is_away(
    engine: AsyncEngine, clock: Clock
) -> None:
    seen: list[str] = []

    async def here(batch: Sequence[Posted]) -> None:
        seen.extend(posted.aggregate_id for posted in batch)

    async def elsewhere(_batch: Sequence[Posted]) -> None:
        raise OutcomeUnknown

    relay = relay_to(engine, clock, here=here, elsewhere=elsewhere)
    now = datetime.now(UTC)
    await of_one(engine, "ahead", uuid7(now + timedelta(minutes=1)))
    await relay.send_waiting()
    await of_one(engine, "right", uuid7(now))
    await relay.send_waiting()

    assert seen == ["ahead", "right"]


async def test_who_was_away_is_asked_again_though_the_clock_was_put_back(
    engine: AsyncEngine, inbox: Inbox, clock: Clock
) -> None:
    timer, is_away = Clock(), True

    async def listener(batch: Sequence[Posted]) -> None:
        if is_away:
            raise OutcomeUnknown
        await inbox.receive_all(batch)

    listeners = {StockReserved.name: {"listener": listener}}
    relay = Relay(engine, outbox, listeners, clock, timer=timer.seconds)
    await told(engine, a_story(StockReserved))
    assert not await relay.send_waiting()

    is_away = False
    clock.pass_by(-600)
    timer.pass_by(REST_SECONDS)

    assert await relay.send_waiting()
    assert len(await heard(engine)) == 1


async def test_a_relay_that_lost_its_lease_and_its_successor_disturb_no_order(
    engine: AsyncEngine, inbox: Inbox, clock: Clock
) -> None:
    stories = [a_story(StockReserved, StockReleased) for _ in range(5)]
    await told(engine, *stories)
    lease, successor = (
        Lease(lease_table(MetaData(), "inventory")),
        relay_to(engine, clock, listener=inbox.receive_all),
    )
    lease.hold(float("inf"))

    async def stopped_meanwhile(batch: Sequence[Posted]) -> None:
        lease.let_go()
        assert await successor.send_waiting()
        await inbox.receive_all(batch)

    names = {one.name: {"it": stopped_meanwhile} for one in (StockReserved, StockReleased)}
    await Relay(engine, outbox, names, lease=lease).send_waiting()

    assert await heard(engine) == [
        (event, str(attempt))
        for attempt, _ in stories
        for event in ("stock_reserved", "stock_released")
    ]
    assert await waiting(engine) == 0
