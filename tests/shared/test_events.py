"""From an outbox to every inbox: once, in order, and whatever happens on the way."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.testing import capture_logs

from domain.contracts import inventory
from domain.contracts.inventory import Line, StockReleased, StockReserved
from domain.shared.ids import uuid7
from domain.shared.model import Aggregate, Conflict, Event, NotYet, OutcomeUnknown
from domain.shared.values import AttemptId, Quantity, Sku
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.columns import exact_text
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.envelope import Envelope, carrying, current
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import (
    ATTEMPTS_IN_PEACE,
    LONGEST_WAIT_SECONDS,
    MOST_ATTEMPTS,
    Inbox,
    inbox_table,
)
from infrastructure.shared.events.inbox import BATCH as INBOX_BATCH
from infrastructure.shared.events.outbox import Lag, append_events, lag, outbox_table, send_again
from infrastructure.shared.events.posted import (
    NotTaken,
    Posted,
    as_cloud_events,
    event_class,
    newest,
)
from infrastructure.shared.events.relay import (
    AT_ONCE,
    BATCH,
    LOOK_ANEW_SECONDS,
    REST_SECONDS,
    Relay,
)
from infrastructure.shared.routines.lease import Lease, lease_table
from tests.statements import counted

metadata = MetaData()
outbox = outbox_table(metadata, "inventory")
inbox_rows = inbox_table(metadata, "listener")
effects = Table(
    "listener_effects",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("event", exact_text(100), nullable=False),
    Column("aggregate", exact_text(64), nullable=False),
)


@dataclass
class Clock:
    now: datetime = datetime(2026, 4, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Listening:
    """A consumer that writes down what it hears; and fails at what it is told to fail at."""

    fails_at: set[str] = field(default_factory=set)
    failure: Exception = field(default_factory=ZeroDivisionError)
    heard_in: list[Envelope] = field(default_factory=list)

    async def __call__(self, connection: AsyncConnection, event: Any, /) -> None:
        row = {"event": event.name, "aggregate": str(event.attempt_id)}
        await connection.execute(insert(effects).values(row))
        self.heard_in.append(current())
        if event.name in self.fails_at:
            raise self.failure


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    engine = engines.at(f"sqlite+aiosqlite:///{tmp_path}/events.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engines.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def inbox(engine: AsyncEngine, listening: Listening, clock: Clock) -> Inbox:
    both = tuple(
        Consumer("listener.all", event, listening) for event in (StockReserved, StockReleased)
    )
    return Inbox(engine, inbox_rows, itself, both, ring=lambda: None, clock=clock)


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


LINES = (Line(sku=Sku("TEA"), quantity=Quantity(1)),)


def a_story(*events: type[StockReserved | StockReleased]) -> tuple[AttemptId, Aggregate]:
    attempt, aggregate = AttemptId(uuid4()), Aggregate()
    for event in events:
        aggregate.record(event(attempt_id=attempt, lines=LINES))
    return attempt, aggregate


async def told(engine: AsyncEngine, *stories: tuple[AttemptId, Aggregate]) -> None:
    async with transaction(engine, itself) as connection:
        for attempt, aggregate in stories:
            await append_events(connection, outbox, str(attempt), aggregate)


def relay_to(engine: AsyncEngine, clock: Clock | None = None, **listeners: Any) -> Relay:
    names = (StockReserved.name, StockReleased.name)
    timer = (clock or Clock()).seconds
    return Relay(engine, outbox, dict.fromkeys(names, listeners), timer=timer)


async def heard(engine: AsyncEngine) -> list[tuple[str, str]]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(effects).order_by(effects.c.number))
        return [(row.event.split(".")[1], row.aggregate) for row in rows]


async def waiting(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        unsent = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        return int((await connection.execute(unsent)).scalar_one())


async def state_of(engine: AsyncEngine) -> list[tuple[str, int]]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(inbox_rows).order_by(inbox_rows.c.sequence))
        return [(row.state, row.attempts) for row in rows]


async def test_events_reach_their_listeners_in_the_order_of_their_aggregate(
    engine: AsyncEngine, inbox: Inbox
) -> None:
    story = attempt, _ = a_story(StockReserved, StockReleased)
    await told(engine, story)

    assert await relay_to(engine, listener=inbox.receive_all).send_waiting()

    assert await heard(engine) == [
        ("stock_reserved", str(attempt)),
        ("stock_released", str(attempt)),
    ]
    assert await waiting(engine) == 0


async def test_who_caused_an_event_and_why_is_known_where_it_is_heard(
    engine: AsyncEngine, inbox: Inbox, listening: Listening
) -> None:
    with carrying(Envelope.opened(actor="customer:7")):
        trace = current().traceparent
        await told(engine, a_story(StockReserved))

    await relay_to(engine, listener=inbox.receive_all).send_waiting()

    (envelope,) = listening.heard_in
    assert (envelope.actor, envelope.traceparent) == ("customer:7", trace)


async def test_an_event_that_is_delivered_twice_is_heard_once(
    engine: AsyncEngine, inbox: Inbox
) -> None:
    async def twice(batch: Sequence[Posted]) -> None:
        await inbox.receive_all(batch)
        await inbox.receive_all(batch)

    await told(engine, a_story(StockReserved))

    await relay_to(engine, listener=twice).send_waiting()

    assert len(await heard(engine)) == 1


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


async def of_yesterday(engine: AsyncEngine, events: int) -> None:
    at = datetime.now(UTC) - timedelta(days=1)
    told = {"name": StockReserved.name, "sequence": 1, "occurred_at": at}
    told |= {"actor": "", "traceparent": "", "body": "{}"}
    rows = [{**told, "id": uuid7(at), "aggregate_id": str(number)} for number in range(events)]
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


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


async def of_one(engine: AsyncEngine, aggregate: str, *ids: UUID) -> None:
    """Its events, which have these ids, in their order."""
    told = {"name": StockReserved.name, "occurred_at": datetime.now(UTC)}
    told |= {"actor": "", "traceparent": "", "body": "", "aggregate_id": aggregate}
    rows = [told | {"id": one, "sequence": number} for number, one in enumerate(ids, 1)]
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


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


async def test_a_relay_that_died_before_it_marked_sends_again_and_nobody_hears_twice(
    engine: AsyncEngine, inbox: Inbox
) -> None:
    async def dying(batch: Sequence[Posted]) -> None:
        await inbox.receive_all(batch)
        raise OutcomeUnknown

    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=dying).send_waiting()
    assert await waiting(engine) == 1

    await relay_to(engine, listener=inbox.receive_all).send_waiting()

    assert len(await heard(engine)) == 1
    assert await waiting(engine) == 0


async def test_what_fails_leaves_no_effect_and_is_tried_again_later(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    listening.fails_at = {StockReserved.name}
    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    assert await heard(engine) == []
    assert await state_of(engine) == [("pending", 1)]

    listening.fails_at = set()
    await inbox.retry_due()
    assert await heard(engine) == []

    clock.pass_by(60)
    await inbox.retry_due()
    assert len(await heard(engine)) == 1
    assert await state_of(engine) == [("done", 1)]


async def test_what_follows_a_failure_in_its_aggregate_waits_and_others_pass(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    listening.fails_at = {StockReserved.name}
    held_up = attempt, _ = a_story(StockReserved, StockReleased)
    other, _ = free = a_story(StockReleased)
    await told(engine, held_up, free)

    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    assert await heard(engine) == [("stock_released", str(other))]

    listening.fails_at = set()
    clock.pass_by(60)
    await inbox.retry_due()
    assert (await heard(engine))[1:] == [
        ("stock_reserved", str(attempt)),
        ("stock_released", str(attempt)),
    ]


async def passes_unnoticed(engine: AsyncEngine) -> None:
    """What failed is worked through by another who sees nothing wait behind it."""
    done = {"state": "done", "next_try_at": None}
    async with transaction(engine, itself) as connection:
        await connection.execute(
            update(inbox_rows).where(inbox_rows.c.name == StockReserved.name).values(done)
        )


async def test_what_is_held_up_looks_soon_whether_it_still_is(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    listening.fails_at = {StockReserved.name}
    await told(engine, a_story(StockReserved, StockReleased))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()

    await passes_unnoticed(engine)
    clock.pass_by(1)
    await inbox.retry_due()

    assert [event for event, _ in await heard(engine)] == ["stock_released"]


async def test_what_is_held_up_for_long_looks_seldom_and_has_all_its_tries_left(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    await dead(engine, inbox, listening, clock)
    clock.pass_by(600)
    await inbox.retry_due()
    clock.pass_by(LONGEST_WAIT_SECONDS - 1)
    with counted(engine) as said:
        await inbox.retry_due()
    assert len(said) == 1

    await passes_unnoticed(engine)
    listening.fails_at = {StockReleased.name}
    clock.pass_by(1)
    await inbox.retry_due()

    assert await state_of(engine) == [("done", MOST_ATTEMPTS), ("pending", 1)]


@pytest.mark.parametrize("in_the_way", [NotYet(), Conflict()])
async def test_what_only_waits_for_its_cause_or_for_others_never_dies(
    engine: AsyncEngine,
    inbox: Inbox,
    listening: Listening,
    clock: Clock,
    in_the_way: Exception,
) -> None:
    listening.fails_at, listening.failure = {StockReserved.name}, in_the_way
    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    for _ in range(MOST_ATTEMPTS + 5):
        clock.pass_by(600)
        await inbox.retry_due()

    listening.fails_at = set()
    clock.pass_by(600)
    await inbox.retry_due()

    assert len(await heard(engine)) == 1


async def test_what_only_waited_so_far_has_all_its_tries_left(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    listening.fails_at, listening.failure = {StockReserved.name}, NotYet()
    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    for _ in range(MOST_ATTEMPTS):
        clock.pass_by(600)
        await inbox.retry_due()

    listening.failure = OutcomeUnknown()
    states = []
    for _ in range(MOST_ATTEMPTS):
        clock.pass_by(600)
        await inbox.retry_due()
        states += await state_of(engine)

    pending = [("pending", attempt) for attempt in range(1, MOST_ATTEMPTS)]
    assert states == [*pending, ("dead", MOST_ATTEMPTS)]


async def test_waiting_for_a_cause_is_no_failure_and_is_warned_of_only_after_a_while(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    listening.fails_at, listening.failure = {StockReserved.name}, NotYet()
    await told(engine, a_story(StockReserved))

    with capture_logs() as logged:
        await relay_to(engine, listener=inbox.receive_all).send_waiting()
        for _ in range(ATTEMPTS_IN_PEACE):
            clock.pass_by(600)
            await inbox.retry_due()

    levels = [entry["log_level"] for entry in logged if entry["event"] == "consumer waits"]
    assert levels == ["info"] * ATTEMPTS_IN_PEACE + ["warning"]
    assert "consumer failed" not in [entry["event"] for entry in logged]


async def test_rows_of_a_consumer_that_is_gone_hold_up_nobody(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    gone = Consumer("listener.gone", StockReserved, Listening(fails_at={StockReserved.name}))
    old = Inbox(engine, inbox_rows, itself, (gone,), ring=lambda: None, clock=clock)
    await told(engine, *(a_story(StockReserved) for _ in range(INBOX_BATCH)))
    await relay_to(engine, listener=old.receive_all).send_waiting()
    listening.fails_at = {StockReserved.name}
    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()

    listening.fails_at = set()
    clock.pass_by(600)
    await inbox.retry_due()

    assert len(await heard(engine)) == 1


async def test_of_an_event_that_does_not_fit_or_a_row_that_does_not_no_word_is_kept_or_logged(
    engine: AsyncEngine, inbox: Inbox, listening: Listening
) -> None:
    """Which part of it, and why: whoever may decide on a dead letter need not know people's data."""
    unfit = replace(a_posted(), body='{"attempt_id":"jane","lines":[{"sku":"jane"}]}')
    with pytest.raises(ValidationError) as of_a_row:
        adapter(StockReserved).validate_json(unfit.body)
    listening.fails_at, listening.failure = {StockReserved.name}, of_a_row.value

    with capture_logs() as logged:
        await inbox.receive(unfit)
        await inbox.receive(replace(a_posted(), id=uuid4(), aggregate_id="b"))

    async with engine.connect() as connection:
        kept = [row.error for row in await connection.execute(select(inbox_rows.c.error))]
    assert len(kept) == len(logged) == 2
    for error in kept:
        assert "attempt_id: uuid_parsing" in error
        assert "lines.0.quantity: missing" in error
    assert "jane" not in f"{kept}{logged}"


async def dead(engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock) -> UUID:
    """A dead letter, with an event that waits behind it."""
    listening.fails_at = {StockReserved.name}
    await told(engine, a_story(StockReserved, StockReleased))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    for _ in range(MOST_ATTEMPTS):
        clock.pass_by(600)
        await inbox.retry_due()
    assert [state for state, _ in await state_of(engine)] == ["dead", "pending"]
    async with engine.connect() as connection:
        one = select(inbox_rows.c.event_id).where(inbox_rows.c.state == "dead")
        letter: UUID = (await connection.execute(one)).scalar_one()
    listening.fails_at = set()
    return letter


async def test_a_dead_letter_is_redriven_and_what_waited_follows(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    letter = await dead(engine, inbox, listening, clock)

    assert await inbox.redrive(letter, "listener.all")
    clock.pass_by(600)
    await inbox.retry_due()

    assert [event for event, _ in await heard(engine)] == ["stock_reserved", "stock_released"]


async def test_a_dead_letter_is_skipped_and_what_waited_passes(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    letter = await dead(engine, inbox, listening, clock)

    assert await inbox.skip(letter, "listener.all")
    assert not await inbox.skip(letter, "listener.all")
    clock.pass_by(600)
    await inbox.retry_due()

    assert [event for event, _ in await heard(engine)] == ["stock_released"]


def together(engine: AsyncEngine, listening: Listening, clock: Clock) -> Inbox:
    """An inbox whose consumer works through in one transaction what comes together."""
    both = tuple(
        Consumer("listener.all", event, listening, together=True)
        for event in (StockReserved, StockReleased)
    )
    return Inbox(engine, inbox_rows, itself, both, ring=lambda: None, clock=clock)


async def test_what_comes_together_is_worked_through_in_one_transaction_in_its_order(
    engine: AsyncEngine, listening: Listening, clock: Clock
) -> None:
    stories = [a_story(StockReserved, StockReleased) for _ in range(5)]
    with carrying(Envelope.opened(actor="customer:7")):
        await told(engine, *stories)
    inbox = together(engine, listening, clock)

    with counted(engine) as said:
        await relay_to(engine, listener=inbox.receive_all).send_waiting()

    assert len([one for one in said if "listener_inbox" in one]) == 2
    assert await heard(engine) == [
        (event, str(attempt))
        for attempt, _ in stories
        for event in ("stock_reserved", "stock_released")
    ]
    assert {envelope.actor for envelope in listening.heard_in} == {"customer:7"}
    assert await state_of(engine) == [("done", 0)] * 10


async def test_one_that_fails_fails_alone_whatever_it_came_together_with(
    engine: AsyncEngine, listening: Listening, clock: Clock
) -> None:
    listening.fails_at = {StockReleased.name}
    stories = [a_story(StockReserved), a_story(StockReserved, StockReleased)]
    await told(engine, *stories)
    inbox = together(engine, listening, clock)
    relay = relay_to(engine, listener=inbox.receive_all)

    await relay.send_waiting()
    assert [event for event, _ in await heard(engine)] == ["stock_reserved"] * 2
    assert await state_of(engine) == [("done", 0), ("done", 0), ("pending", 1)]

    listening.fails_at = set()
    clock.pass_by(60)
    await inbox.retry_due()
    assert len(await heard(engine)) == 3


async def test_what_is_held_up_stays_so_whatever_it_comes_together_with(
    engine: AsyncEngine, listening: Listening, clock: Clock
) -> None:
    listening.fails_at = {StockReserved.name}
    held_up, other = a_story(StockReserved, StockReleased), a_story(StockReleased)
    await told(engine, held_up)
    inbox = together(engine, listening, clock)
    relay = relay_to(engine, listener=inbox.receive_all)
    await relay.send_waiting()
    listening.fails_at = set()

    more = [a_story(StockReleased), other]
    held_up[1].record(StockReleased(attempt_id=held_up[0], lines=LINES))
    await told(engine, held_up, *more)
    await relay.send_waiting()

    assert {aggregate for _, aggregate in await heard(engine)} == {str(one) for one, _ in more}
    clock.pass_by(60)
    await inbox.retry_due()
    assert [event for event, aggregate in await heard(engine) if aggregate == str(held_up[0])] == [
        "stock_reserved",
        "stock_released",
        "stock_released",
    ]


def a_posted() -> Posted:
    return Posted(
        id=uuid4(),
        name=StockReserved.name,
        aggregate_id="a",
        sequence=7,
        occurred_at=datetime(2026, 4, 8, 12, 0, 0, 123456, tzinfo=UTC),
        actor="customer:7",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        body='{"attempt_id":"0198c1d2-0000-7000-8000-000000000000","lines":[]}',
    )


@pytest.mark.parametrize("number", [1, 3])
def test_events_survive_the_line(number: int) -> None:
    batch = [a_posted() for _ in range(number)]

    assert Posted.from_cloud_events(as_cloud_events(batch)) == batch


@pytest.mark.parametrize("body", [b"", b"[[]]", b"{}", b'{"id": 1}', b"\xff", b'[{"id": "x"}]'])
def test_what_is_no_event_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever is wrong with it
        Posted.from_cloud_events(body)


@pytest.mark.parametrize(
    "unfit",
    [
        {"type": "x" * 101},
        {"subject": "x" * 65},
        {"subject": "\0"},
        {"subject": 7},
        {"sequence": "0"},
        {"sequence": str(2**31)},
        {"time": "2026-04-08T12:00:00"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"actor": "Zo\u00eb"},
        {"actor": "x" * 201},
        {"traceparent": "x" * 56},
    ],
)
def test_what_no_inbox_has_room_for_is_no_event(unfit: dict[str, str]) -> None:
    body = to_json(from_json(a_posted().as_cloud_event()) | unfit)

    with pytest.raises(ValueError):  # noqa: PT011  # as above
        Posted.from_cloud_event(body)


async def test_how_much_waits_and_for_how_long_is_told(engine: AsyncEngine, inbox: Inbox) -> None:
    assert await lag(engine, outbox) == Lag(waiting=0, seconds=0)
    await of_yesterday(engine, 2)

    late = await lag(engine, outbox)

    assert late.waiting == 2
    assert 86_400 <= late.seconds < 86_460
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    assert (await lag(engine, outbox)).waiting == 0


async def test_what_the_release_before_passed_over_is_heard_when_it_is_sent_again(
    engine: AsyncEngine, inbox: Inbox, clock: Clock
) -> None:
    story = attempt, _ = a_story(StockReserved, StockReleased)
    began_at = clock.now
    await told(engine, story)
    before = {StockReserved.name: {"listener": inbox.receive_all}}
    await Relay(engine, outbox, before).send_waiting()
    assert await waiting(engine) == 0

    assert await send_again(engine, outbox, began_at) == 2
    await relay_to(engine, clock, listener=inbox.receive_all).send_waiting()

    assert await heard(engine) == [
        ("stock_reserved", str(attempt)),
        ("stock_released", str(attempt)),
    ]


NEWER = "inventory.stock_held.v2"


@pytest.fixture
def a_newer_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Event]]:
    """What a later release may say of held stock: for whom, in other words."""

    @dataclass(frozen=True, kw_only=True)
    class StockHeld(Event, name=NEWER, once={StockReserved.name: in_newer_words}):
        holder: str
        attempt_id: AttemptId

    monkeypatch.delattr(inventory, "StockReserved")
    monkeypatch.setattr(inventory, "StockHeld", StockHeld, raising=False)
    event_class.cache_clear()
    newest.cache_clear()
    yield StockHeld
    event_class.cache_clear()
    newest.cache_clear()


def in_newer_words(old: dict[str, Any]) -> dict[str, Any]:
    return {"holder": f"attempt {old['attempt_id']}", "attempt_id": old["attempt_id"]}


async def test_what_was_told_in_an_older_version_is_heard_in_the_words_of_today(
    engine: AsyncEngine, clock: Clock, a_newer_version: type[Event]
) -> None:
    story = attempt, _ = a_story(StockReserved)
    await told(engine, story)
    heard_of: list[Any] = []
    fails = True

    async def listen(_connection: AsyncConnection, event: Any) -> None:
        if fails:
            raise ZeroDivisionError
        heard_of.append(event)

    consumer = Consumer("listener.all", a_newer_version, listen)
    inbox = Inbox(engine, inbox_rows, itself, (consumer,), ring=lambda: None, clock=clock)

    await Relay(engine, outbox, {NEWER: {"it": inbox.receive_all}}).send_waiting()
    assert await waiting(engine) == 0
    fails = False
    clock.pass_by(60)
    await inbox.retry_due()

    assert heard_of == [a_newer_version(holder=f"attempt {attempt}", attempt_id=attempt)]  # type: ignore[call-arg]
