"""Events by way of a broker: each once, in order, whoever ends or is away meanwhile."""

from asyncio import timeout
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from uuid import uuid4

import pytest
from psutil import Process
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain.contracts.inventory import StockReleased, StockReserved
from domain.shared.model import OutcomeUnknown
from infrastructure.shared.database.engines import Engines
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.nats_broker import NatsBroker
from infrastructure.shared.events.posted import NotTaken, Posted
from tests.broker.hearings import Heard, a_broker, a_hearing, streams_of, told
from tests.private_servers import a_nats
from tests.processes import a_free_port
from tests.services.server import Server
from tests.shared.listening import (
    Clock,
    Listening,
    heard,
    inbox_rows,
    itself,
    metadata,
)


async def test_what_is_published_is_heard_as_it_was_told_and_in_its_order(
    broker: NatsBroker, source: str
) -> None:
    of_two = zip(told(source, 1, 2, 3), told(source, 1, 2, 3, aggregate="b"), strict=True)
    batch = [one for both in of_two for one in both]
    taken = Heard()

    await broker.publish(batch)
    await taken.until(a_hearing(broker, source, taken), 6)

    assert sorted(taken.events, key=lambda one: one.id) == sorted(batch, key=lambda one: one.id)
    for aggregate in ("a", "b"):
        assert [one.sequence for one in taken.events if one.aggregate_id == aggregate] == [1, 2, 3]


async def test_what_is_published_twice_is_kept_once_for_as_long_as_the_broker_remembers(
    broker: NatsBroker, server: Server, source: str
) -> None:
    batch = told(source, 1, 2)

    await broker.publish(batch)
    await broker.publish(batch)

    async with streams_of(server) as streams:
        info = await streams.stream_info(f"freestone-{source}")
    assert info.state.messages == 2


async def test_what_broke_off_is_heard_again_before_what_follows(
    broker: NatsBroker, source: str
) -> None:
    taken = Heard()
    is_away = True

    async def take(some: Sequence[Posted]) -> None:
        if is_away:
            raise OutcomeUnknown
        await taken(some)

    hearing = a_hearing(broker, source, take)
    await broker.publish(told(source, 1, 2))
    assert not await hearing.some()

    is_away = False
    await broker.publish(told(source, 3))

    assert await taken.until(hearing, 3) == [1, 2, 3]


async def test_who_follows_begins_where_the_one_before_left_off_and_hears_all_in_order(
    broker: NatsBroker, server: Server, source: str
) -> None:
    before, after = Heard(), Heard()

    async def take_and_die(some: Sequence[Posted]) -> None:
        await before(some)
        raise OutcomeUnknown  # before it is confirmed

    await broker.publish(told(source, 1, 2, 3))
    async with a_broker(server) as line_of_its_own:
        assert not await a_hearing(line_of_its_own, source, take_and_die).some()
        assert before.numbers == [1, 2, 3]
        await after.until(a_hearing(broker, source, after), 3)
        await broker.publish(told(source, 4))
        assert await after.until(a_hearing(broker, source, after), 4) == [1, 2, 3, 4]


async def test_what_is_larger_than_the_broker_takes_is_named_and_what_was_before_it_is_kept(
    broker: NatsBroker, source: str
) -> None:
    (small,), (large,) = told(source, 1), told(source, 1, aggregate="b")
    large = replace(large, body='{"text": "' + "x" * 1_100_000 + '"}')
    taken = Heard()

    with pytest.raises(NotTaken) as never:
        await broker.publish([small, large])

    assert never.value.posted == large
    await taken.until(a_hearing(broker, source, taken), 1)
    assert taken.events == [small]


async def test_a_stranger_s_message_stops_nobody(
    broker: NatsBroker, server: Server, source: str
) -> None:
    taken = Heard()
    await broker.publish(told(source, 1))
    async with streams_of(server) as streams:
        await streams.publish(f"freestone.{source}.nonsense", b"\xff")
    await broker.publish(told(source, 2))

    with capture_logs() as logged:
        assert await taken.until(a_hearing(broker, source, taken), 2) == [1, 2]

    assert "no event" in [entry["event"] for entry in logged]


async def test_messages_that_are_no_events_are_confirmed_and_heard_once(
    broker: NatsBroker, server: Server, source: str
) -> None:
    taken = Heard()
    hearing = a_hearing(broker, source, taken)
    await broker.stream(source)
    async with streams_of(server) as streams:
        await streams.publish(f"freestone.{source}.nonsense", b"\xff")

    with capture_logs() as logged:
        assert await hearing.some()
        assert await hearing.some()
        assert await a_hearing(broker, source, taken).some()

    assert [entry["event"] for entry in logged].count("no event") == 1
    assert not taken.events


async def test_a_consumer_that_cannot_be_made_leaves_no_subscription_behind(
    broker: NatsBroker, server: Server, source: str
) -> None:
    name, subjects = f"freestone-{source}", [f"freestone.{source}.>"]
    async with streams_of(server) as streams:
        await streams.add_stream(name=name, subjects=subjects, max_consumers=1)
        await streams.add_consumer(name, durable_name="other")
        hearing = a_hearing(broker, source, Heard())
        assert not await hearing.some()
        before = subscriptions_of(broker)

        for _ in range(3):
            assert not await hearing.some()

        assert subscriptions_of(broker) == before


def subscriptions_of(broker: NatsBroker) -> int:
    assert broker._client  # no other way tells what a line has subscribed to
    return len(broker._client._subs)


async def test_a_broker_that_was_away_is_found_again_and_has_lost_nothing(source: str) -> None:
    taken, third = Heard(), told(source, 3)

    with a_nats() as server:
        async with a_broker(server) as broker:
            hearing = a_hearing(broker, source, taken)
            await broker.publish(told(source, 1))
            await taken.until(hearing, 1)
            await broker.publish(told(source, 2))

            server.kill()
            with pytest.raises(OutcomeUnknown):
                await broker.publish(third)
            server.start()

            async with timeout(60):
                await broker.publish(third)
                while 3 not in taken.numbers:
                    await hearing.some()

    assert list(dict.fromkeys(taken.numbers)) == [1, 2, 3]


async def test_a_server_that_hangs_is_left_for_another(source: str) -> None:
    with a_nats() as one, a_nats() as other:
        async with a_broker(one, other) as broker:
            await broker.publish(told(source, 1))
            hangs = await whose(broker, one, other)
            hangs.send_signal(SIGSTOP)
            try:
                async with timeout(30):
                    while not await is_published(broker, told(source, 2)):
                        pass
                assert await whose(broker, one, other) != hangs
            finally:
                hangs.send_signal(SIGCONT)


async def is_published(broker: NatsBroker, events: Sequence[Posted]) -> bool:
    try:
        await broker.publish(events)
    except OutcomeUnknown:
        return False
    return True


async def whose(broker: NatsBroker, *servers: Server) -> Process:
    """The process that it is connected to."""
    client = (await broker.line())._nc
    (its,) = (one for one in servers if client.connected_url.port == one.port)  # type: ignore[union-attr]
    return Process(its.pid)


async def test_a_broker_that_is_not_there_is_given_up_within_seconds(source: str) -> None:
    broker = NatsBroker(f"nats://127.0.0.1:{a_free_port()}")

    async with timeout(10):
        with pytest.raises(OutcomeUnknown):
            await broker.publish(told(source, 1))


async def test_duplicates_that_the_broker_has_forgotten_are_heard_once(
    broker: NatsBroker, server: Server, source: str, tmp_path: Path
) -> None:
    engines, listening, taken = Engines(), Listening(), Heard()
    engine: AsyncEngine = engines.at(f"sqlite+aiosqlite:///{tmp_path}/events.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    both = tuple(
        Consumer("listener.all", event, listening) for event in (StockReserved, StockReleased)
    )
    inbox = Inbox(engine, inbox_rows, itself, both, ring=lambda: None, clock=Clock())

    async def take(some: Sequence[Posted]) -> None:
        await inbox.receive_all([replace(one, name=StockReserved.name) for one in some])
        await taken(some)

    (one,) = told(source, 1, aggregate=str(uuid4()))
    one = replace(one, body=f'{{"attempt_id": "{uuid4()}", "lines": []}}')
    await broker.publish([one])
    async with streams_of(server) as streams:
        await streams.publish(f"freestone.{one.name}", one.as_cloud_event())
    await taken.until(a_hearing(broker, source, take), 2)

    assert [each.id for each in taken.events] == [one.id] * 2
    assert len(await heard(engine)) == 1
    await engines.close()
