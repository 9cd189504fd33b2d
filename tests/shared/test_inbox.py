"""What arrives is worked through in its order; what fails is tried again, and waits once dead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain.contracts.inventory import StockReleased, StockReserved
from domain.shared.model import Conflict, NotYet, OutcomeUnknown
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.envelope import Envelope, carrying
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import (
    ATTEMPTS_IN_PEACE,
    LONGEST_WAIT_SECONDS,
    MOST_ATTEMPTS,
    PATIENCE,
    Inbox,
)
from infrastructure.shared.events.inbox import BATCH as INBOX_BATCH
from tests.shared.listening import (
    LINES,
    Clock,
    Listening,
    a_posted,
    a_story,
    clock,
    engine,
    heard,
    inbox,
    inbox_rows,
    itself,
    listening,
    relay_to,
    state_of,
    told,
)
from tests.statements import counted

__all__ = ["clock", "engine", "inbox", "listening"]


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


async def test_what_only_waits_for_its_cause_never_dies(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    listening.fails_at, listening.failure = {StockReserved.name}, NotYet()
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
    with capture_logs():  # a traceback takes seconds to be written out
        for _ in range(MOST_ATTEMPTS):
            clock.pass_by(600)
            await inbox.retry_due()
            states += await state_of(engine)

    pending = [("pending", attempt) for attempt in range(1, MOST_ATTEMPTS)]
    assert states == [*pending, ("dead", MOST_ATTEMPTS)]


async def test_others_in_the_way_use_up_no_try(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)
    listening.fails_at, listening.failure = {StockReserved.name}, Conflict()
    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    states = await state_of(engine)
    for number in range(2 * MOST_ATTEMPTS):
        listening.failure = Conflict() if number % 2 else ZeroDivisionError()
        clock.pass_by(60)
        await inbox.retry_due()
        states += await state_of(engine)

    tried = [("pending", n) for n in range(1, MOST_ATTEMPTS) for _ in range(2)]
    assert states == [("pending", 0), *tried, *[("dead", MOST_ATTEMPTS)] * 2]


async def test_what_others_are_in_the_way_of_for_an_hour_is_a_dead_letter_after_its_tries(
    engine: AsyncEngine, inbox: Inbox, listening: Listening, clock: Clock
) -> None:
    clock.now = datetime.now(UTC) + PATIENCE + timedelta(minutes=1)
    listening.fails_at, listening.failure = {StockReserved.name}, Conflict()
    await told(engine, a_story(StockReserved))
    await relay_to(engine, listener=inbox.receive_all).send_waiting()
    for _ in range(MOST_ATTEMPTS - 1):
        clock.pass_by(60)
        await inbox.retry_due()

    assert await state_of(engine) == [("dead", MOST_ATTEMPTS)]


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
    with capture_logs() as logged:
        await relay_to(engine, listener=inbox.receive_all).send_waiting()
        for _ in range(MOST_ATTEMPTS):
            clock.pass_by(600)
            await inbox.retry_due()
    assert [e["log_level"] for e in logged if e["event"] == "dead letter"] == ["error"]
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
