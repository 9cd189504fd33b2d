"""From an outbox to every inbox: once, in order, and whatever happens on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.contracts import inventory
from domain.contracts.inventory import StockReleased, StockReserved
from domain.shared.model import Event, OutcomeUnknown
from domain.shared.values import AttemptId
from infrastructure.shared.envelope import Envelope, carrying, current
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.outbox import Lag, lag, send_again
from infrastructure.shared.events.posted import Posted, as_cloud_events, event_class, newest
from infrastructure.shared.events.relay import Relay
from tests.shared.listening import (
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
    of_yesterday,
    outbox,
    relay_to,
    told,
    waiting,
)

__all__ = ["clock", "engine", "inbox", "listening"]


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
