"""Events by way of a broker: each once, in order, whoever ends or is away meanwhile."""

from asyncio import timeout
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import nats
import pytest
from nats.js import JetStreamContext
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain.contracts.inventory import StockReleased, StockReserved
from domain.shared.ids import uuid7
from domain.shared.model import OutcomeUnknown
from infrastructure.shared.consumers import Consumer
from infrastructure.shared.database import Engines
from infrastructure.shared.events import NotTaken, Posted
from infrastructure.shared.hearing import Hearing
from infrastructure.shared.inbox import Inbox
from infrastructure.shared.lease import Lease, lease_table
from infrastructure.shared.nats_broker import NatsBroker
from infrastructure.shared.nats_place import PLACES, Heard, Place
from tests.private_servers import a_nats
from tests.services.server import Server
from tests.shared.test_events import (
    Clock,
    Listening,
    heard,
    inbox_rows,
    itself,
    metadata,
)

leases = lease_table(metadata, "listener")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_nats() as server:
        yield server


@pytest.fixture
def source() -> str:
    """A context of a test's own: what is told to its stream is told by nobody else."""
    return f"inventory{uuid4().hex[:8]}"


@pytest.fixture
async def broker(server: Server) -> AsyncIterator[NatsBroker]:
    async with a_broker(server) as broker:
        yield broker


@asynccontextmanager
async def a_broker(server: Server) -> AsyncIterator[NatsBroker]:
    broker = NatsBroker(server.url)
    yield broker
    await broker.close()


def told(source: str, aggregate: str, sequence: int) -> Posted:
    now = datetime.now(UTC)
    return Posted(
        id=uuid7(now),
        name=f"{source}.stock_reserved.v1",
        aggregate_id=aggregate,
        sequence=sequence,
        occurred_at=now,
        actor="florist",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        body="{}",
    )


def a_hearing(broker: NatsBroker, source: str, take: object) -> Hearing:
    lease = Lease(leases)
    lease.hold(float("inf"))
    return Hearing(broker.subscription(source, "listener"), take, lease)  # type: ignore[arg-type]


async def hear(hearing: Hearing, seen: list[Posted], number: int) -> None:
    async with timeout(60):
        while len(seen) < number:
            await hearing.some()


async def test_what_is_published_is_heard_as_it_was_told_and_in_its_order(
    broker: NatsBroker, source: str
) -> None:
    batch = [told(source, aggregate, n) for n in (1, 2, 3) for aggregate in ("a", "b")]
    seen: list[Posted] = []

    async def take(some: Sequence[Posted]) -> None:
        seen.extend(some)

    await broker.publish(batch)
    await hear(a_hearing(broker, source, take), seen, 6)

    assert sorted(seen, key=lambda one: one.id) == sorted(batch, key=lambda one: one.id)
    for aggregate in ("a", "b"):
        assert [one.sequence for one in seen if one.aggregate_id == aggregate] == [1, 2, 3]


async def test_what_is_published_twice_is_kept_once_for_as_long_as_the_broker_remembers(
    broker: NatsBroker, server: Server, source: str
) -> None:
    batch = [told(source, "a", n) for n in (1, 2)]

    await broker.publish(batch)
    await broker.publish(batch)

    client = await nats.connect(server.url)
    info = await client.jetstream().stream_info(f"freestone-{source}")
    await client.close()
    assert info.state.messages == 2


async def test_what_broke_off_is_heard_again_before_what_follows(
    broker: NatsBroker, source: str
) -> None:
    seen: list[Posted] = []
    is_away = True

    async def take(some: Sequence[Posted]) -> None:
        if is_away:
            raise OutcomeUnknown
        seen.extend(some)

    hearing = a_hearing(broker, source, take)
    await broker.publish([told(source, "a", n) for n in (1, 2)])
    assert not await hearing.some()

    is_away = False
    await broker.publish([told(source, "a", 3)])
    await hear(hearing, seen, 3)

    assert [one.sequence for one in seen] == [1, 2, 3]


async def test_who_follows_begins_where_the_one_before_left_off_and_hears_all_in_order(
    broker: NatsBroker, server: Server, source: str
) -> None:
    before: list[Posted] = []
    after: list[Posted] = []

    async def take_and_die(some: Sequence[Posted]) -> None:
        before.extend(some)
        raise OutcomeUnknown  # before it is confirmed

    async def take(some: Sequence[Posted]) -> None:
        after.extend(some)

    await broker.publish([told(source, "a", n) for n in (1, 2, 3)])
    async with a_broker(server) as line_of_its_own:
        assert not await a_hearing(line_of_its_own, source, take_and_die).some()
        assert [one.sequence for one in before] == [1, 2, 3]
        await hear(a_hearing(broker, source, take), after, 3)
        await broker.publish([told(source, "a", 4)])
        follower = a_hearing(broker, source, take)
        await hear(follower, after, 4)

    assert [one.sequence for one in after] == [1, 2, 3, 4]


async def test_what_is_larger_than_the_broker_takes_is_named_and_what_was_before_it_is_kept(
    broker: NatsBroker, source: str
) -> None:
    small, large = told(source, "a", 1), told(source, "b", 1)
    large = replace(large, body='{"text": "' + "x" * 1_100_000 + '"}')
    seen: list[Posted] = []

    async def take(some: Sequence[Posted]) -> None:
        seen.extend(some)

    with pytest.raises(NotTaken) as never:
        await broker.publish([small, large])

    assert never.value.posted == large
    await hear(a_hearing(broker, source, take), seen, 1)
    assert seen == [small]


async def test_a_stranger_s_message_stops_nobody(
    broker: NatsBroker, server: Server, source: str
) -> None:
    seen: list[Posted] = []

    async def take(some: Sequence[Posted]) -> None:
        seen.extend(some)

    await broker.publish([told(source, "a", 1)])
    client = await nats.connect(server.url)
    await client.jetstream().publish(f"freestone.{source}.nonsense", b"\xff")
    await client.close()
    await broker.publish([told(source, "a", 2)])

    with capture_logs() as logged:
        await hear(a_hearing(broker, source, take), seen, 2)

    assert [one.sequence for one in seen] == [1, 2]
    assert "no event" in [entry["event"] for entry in logged]


@pytest.mark.parametrize("begins", [1, 2])
async def test_what_the_broker_dropped_before_it_was_heard_is_told_once(
    server: Server, source: str, begins: int
) -> None:
    """However often the listener had begun by then, and heard nothing new."""
    seen: list[Posted] = []

    async def take(some: Sequence[Posted]) -> None:
        seen.extend(some)

    client = await nats.connect(server.url)
    subjects = [f"freestone.{source}.>"]
    await client.jetstream().add_stream(name=f"freestone-{source}", subjects=subjects, max_msgs=2)
    await client.close()
    async with a_broker(server) as before:
        await before.publish([told(source, "a", 1)])
        for _ in range(begins):
            await a_hearing(before, source, take).some()

    async with a_broker(server) as broker:
        await broker.publish([told(source, "a", n) for n in (2, 3, 4, 5)])
        with capture_logs() as logged:
            await hear(a_hearing(broker, source, take), seen, 3)
            await a_hearing(broker, source, take).some()

    assert [one.sequence for one in seen] == [1, 4, 5]
    dropped = [e for e in logged if e["event"].startswith("events dropped unheard")]
    assert [(e["log_level"], e["number"]) for e in dropped] == [("error", 2)]


async def test_who_lost_its_consumer_goes_on_where_it_was(
    broker: NatsBroker, server: Server, source: str
) -> None:
    """As when the server that pushed to it has ended."""
    taken: list[int] = []

    async def take(some: Sequence[Posted]) -> None:
        taken.extend(one.sequence for one in some)

    hearing = a_hearing(broker, source, take)
    await broker.publish([told(source, "a", 1)])
    await until_taken(hearing, taken, [1])
    async with streams_of(server) as streams:
        (its,) = await streams.consumers_info(f"freestone-{source}")
        await streams.delete_consumer(f"freestone-{source}", its.name)
    await broker.publish([told(source, "a", 2)])

    await until_taken(hearing, taken, [1, 2])


async def test_whose_place_is_lost_hears_all_that_there_is(
    broker: NatsBroker, server: Server, source: str
) -> None:
    taken: list[int] = []

    async def take(some: Sequence[Posted]) -> None:
        taken.extend(one.sequence for one in some)

    await broker.publish([told(source, "a", n) for n in (1, 2)])
    await until_taken(a_hearing(broker, source, take), taken, [1, 2])
    async with streams_of(server) as streams:
        await streams.delete_key_value(PLACES)

    await until_taken(a_hearing(broker, source, take), taken, [1, 2, 1, 2])


async def test_a_stream_that_was_made_anew_is_heard_from_its_start(
    server: Server, source: str
) -> None:
    taken: list[int] = []

    async def take(some: Sequence[Posted]) -> None:
        taken.extend(one.sequence for one in some)

    async with a_broker(server) as broker:
        await broker.publish([told(source, "a", n) for n in (1, 2)])
        await until_taken(a_hearing(broker, source, take), taken, [1, 2])
    async with streams_of(server) as streams:
        await streams.delete_stream(f"freestone-{source}")

    async with a_broker(server) as broker:
        await broker.publish([told(source, "a", 3)])
        await until_taken(a_hearing(broker, source, take), taken, [1, 2, 3])


@pytest.mark.parametrize("number", [2, 9])
async def test_what_a_broker_has_lost_and_told_anew_is_heard(
    broker: NatsBroker, server: Server, source: str, number: int
) -> None:
    """Its servers were killed at once: what they had told last is not there, or something else is."""
    taken: list[int] = []

    async def take(some: Sequence[Posted]) -> None:
        taken.extend(one.sequence for one in some)

    await broker.publish([told(source, "a", n) for n in (1, 2)])
    async with streams_of(server) as streams:
        stream = await streams.stream_info(f"freestone-{source}")
        place = Place(await broker.places(), f"{source}.listener")
        await place.keep(Heard(str(stream.created), number, message_id="of one that was lost"))

    with capture_logs() as logged:
        await until_taken(a_hearing(broker, source, take), taken, [1, 2])

    lost = "the broker has lost events: freestone events republish"
    assert [entry["event"] for entry in logged].count(lost) == 1


async def test_what_was_acknowledged_and_lost_is_told_again(source: str) -> None:
    """A server acknowledges what is in its memory alone."""
    taken: list[int] = []

    async def take(some: Sequence[Posted]) -> None:
        taken.extend(one.sequence for one in some)

    with a_nats() as server:
        async with a_broker(server) as broker:
            hearing = a_hearing(broker, source, take)
            await broker.publish([told(source, "a", n) for n in (1, 2)])
            async with streams_of(server) as streams:
                await streams.delete_msg(f"freestone-{source}", 2)
            await until_taken(hearing, taken, [1])

            server.kill()
            server.start()

            async with timeout(60):
                while 2 not in taken:
                    await hearing.some()
    assert list(dict.fromkeys(taken)) == [1, 2]


async def until_taken(hearing: Hearing, taken: list[int], wanted: list[int]) -> None:
    async with timeout(60):
        while len(taken) < len(wanted):
            await hearing.some()
    assert taken == wanted


@asynccontextmanager
async def streams_of(server: Server) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(server.url)
    yield client.jetstream()
    await client.close()


async def test_what_was_lost_on_the_way_is_heard_again(broker: NatsBroker, source: str) -> None:
    taken: list[int] = []

    async def take(some: Sequence[Posted]) -> None:
        taken.extend(one.sequence for one in some)

    lease = Lease(leases)
    lease.hold(float("inf"))
    subscription = broker.subscription(source, "listener")
    hearing = Hearing(subscription, take, lease)
    await hearing.some()
    assert subscription._heard
    await broker.publish([told(source, "a", n) for n in (1, 2, 3)])

    await subscription._heard.next_msg(timeout=60)

    async with timeout(60):
        while len(taken) < 3:
            await hearing.some()
    assert taken == [1, 2, 3]


async def test_messages_that_are_no_events_are_confirmed_and_heard_once(
    broker: NatsBroker, server: Server, source: str
) -> None:
    async def take(_some: Sequence[Posted]) -> None:
        pytest.fail("there was no event")

    hearing = a_hearing(broker, source, take)
    await broker.stream(source)
    async with streams_of(server) as streams:
        await streams.publish(f"freestone.{source}.nonsense", b"\xff")
    with capture_logs() as logged:
        assert await hearing.some()
        assert await hearing.some()
        assert await a_hearing(broker, source, take).some()

    assert [entry["event"] for entry in logged].count("no event") == 1


async def test_a_consumer_that_cannot_be_made_leaves_no_subscription_behind(
    broker: NatsBroker, server: Server, source: str
) -> None:
    async def take(_some: Sequence[Posted]) -> None:
        pytest.fail("nothing was told")

    client = await nats.connect(server.url)
    subjects, streams = [f"freestone.{source}.>"], client.jetstream()
    stream = await streams.add_stream(
        name=f"freestone-{source}", subjects=subjects, max_consumers=1
    )
    await streams.add_consumer(stream.config.name or "", durable_name="other")
    hearing = a_hearing(broker, source, take)
    assert not await hearing.some()
    before = subscriptions_of(broker)

    for _ in range(3):
        assert not await hearing.some()

    assert subscriptions_of(broker) == before
    await client.close()


def subscriptions_of(broker: NatsBroker) -> int:
    assert broker._client  # no other way tells what a line has subscribed to
    return len(broker._client._subs)


async def test_a_broker_that_was_away_is_found_again_and_has_lost_nothing(source: str) -> None:
    seen: list[Posted] = []

    async def take(some: Sequence[Posted]) -> None:
        seen.extend(some)

    with a_nats() as server:
        async with a_broker(server) as broker:
            hearing = a_hearing(broker, source, take)
            await broker.publish([told(source, "a", 1)])
            await hear(hearing, seen, 1)
            await broker.publish([told(source, "a", 2)])

            server.kill()
            with pytest.raises(OutcomeUnknown):
                await broker.publish([told(source, "a", 3)])
            server.start()

            async with timeout(60):
                await broker.publish([told(source, "a", 3)])
                while len(seen) < 3:
                    await hearing.some()

    assert [one.sequence for one in dict.fromkeys(seen)] == [1, 2, 3]


async def test_duplicates_that_the_broker_has_forgotten_are_heard_once(
    server: Server, source: str, tmp_path: Path
) -> None:
    engines, listening = Engines(), Listening()
    engine: AsyncEngine = engines.at(f"sqlite+aiosqlite:///{tmp_path}/events.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    both = tuple(
        Consumer("listener.all", event, listening) for event in (StockReserved, StockReleased)
    )
    inbox = Inbox(engine, inbox_rows, itself, both, ring=lambda: None, clock=Clock())
    seen: list[Posted] = []

    async def take(some: Sequence[Posted]) -> None:
        its = [replace(one, name=StockReserved.name) for one in some]
        await inbox.receive_all(its)
        seen.extend(some)

    one = replace(told(source, str(uuid4()), 1), body=f'{{"attempt_id": "{uuid4()}", "lines": []}}')
    client = await nats.connect(server.url)
    async with a_broker(server) as broker:
        await broker.publish([one])
        await client.jetstream().publish(f"freestone.{one.name}", one.as_cloud_event())
        await hear(a_hearing(broker, source, take), seen, 2)
    await client.close()

    assert [each.id for each in seen] == [one.id] * 2
    assert len(await heard(engine)) == 1
    await engines.close()
