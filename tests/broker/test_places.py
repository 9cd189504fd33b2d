"""Where a listener goes on, whatever of a stream, its consumer or its place was lost."""

from asyncio import timeout

import pytest
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from structlog.testing import capture_logs

from infrastructure.shared.events import nats_place
from infrastructure.shared.events.nats_broker import NatsBroker
from infrastructure.shared.events.nats_place import PLACES, Place
from tests.broker.hearings import LISTENER, Heard, a_broker, a_hearing, streams_of, told
from tests.private_servers import a_nats
from tests.services.server import Server


@pytest.mark.parametrize("begins", [1, 2])
async def test_what_the_broker_dropped_before_it_was_heard_is_told_once(
    server: Server, source: str, begins: int
) -> None:
    """However often the listener had begun by then, and heard nothing new."""
    taken, name, subjects = Heard(), f"freestone-{source}", [f"freestone.{source}.>"]
    async with streams_of(server) as streams:
        await streams.add_stream(name=name, subjects=subjects, max_msgs=2)
    async with a_broker(server) as before:
        await before.publish(told(source, 1))
        for _ in range(begins):
            await a_hearing(before, source, taken).some()

    async with a_broker(server) as broker:
        await broker.publish(told(source, 2, 3, 4, 5))
        with capture_logs() as logged:
            await taken.until(a_hearing(broker, source, taken), 3)
            await a_hearing(broker, source, taken).some()

    assert taken.numbers == [1, 4, 5]
    dropped = [e for e in logged if e["event"].startswith("events dropped unheard")]
    assert [(e["log_level"], e["number"]) for e in dropped] == [("error", 2)]


async def test_who_lost_its_consumer_goes_on_where_it_was(
    broker: NatsBroker, server: Server, source: str
) -> None:
    """As when the server that pushed to it has ended."""
    taken = Heard()
    hearing = a_hearing(broker, source, taken)
    await broker.publish(told(source, 1))
    await taken.until(hearing, 1)
    async with streams_of(server) as streams:
        await removed(streams, source)
    await broker.publish(told(source, 2))

    assert await taken.until(hearing, 2) == [1, 2]


async def test_a_consumer_that_does_not_see_what_the_stream_has_is_not_believed(
    broker: NatsBroker, server: Server, source: str
) -> None:
    """As on a server that has not caught up: nothing waits there, and what is new would be next."""
    taken = Heard()
    hearing = a_hearing(broker, source, taken)
    await broker.publish(told(source, 1))
    await taken.until(hearing, 1)
    async with streams_of(server) as streams:
        its = await removed(streams, source)
        await broker.publish(told(source, 2))
        await streams.add_consumer(f"freestone-{source}", anew(its))

    assert await taken.until(hearing, 2) == [1, 2]


async def test_a_stream_that_ends_before_what_was_heard_is_not_believed(
    broker: NatsBroker, server: Server, source: str
) -> None:
    """What comes next gets a number that was heard before."""
    taken, name = Heard(), f"freestone-{source}"
    hearing = a_hearing(broker, source, taken)
    await broker.publish(told(source, 1, 2))
    await taken.until(hearing, 2)
    async with streams_of(server) as streams:
        stream = await streams.stream_info(name)
        its = await removed(streams, source)
        await streams.delete_stream(name)
        await streams.add_stream(stream.config)
        await streams.publish(f"freestone.{source}.nonsense", b"\xff")
        await streams.add_consumer(name, anew(its))
    assert not await hearing.some()

    await broker.publish(told(source, 3))

    assert await taken.until(hearing, 3) == [1, 2, 3]


async def test_what_was_deleted_by_hand_is_not_waited_for(
    broker: NatsBroker, server: Server, source: str
) -> None:
    taken = Heard()
    hearing = a_hearing(broker, source, taken)
    await broker.publish(told(source, 1, 2))
    async with streams_of(server) as streams:
        await streams.delete_msg(f"freestone-{source}", 2)
    await taken.until(hearing, 1)

    assert await hearing.some()

    await broker.publish(told(source, 3))
    assert await taken.until(hearing, 2) == [1, 3]


async def test_whose_place_is_lost_hears_all_that_there_is(
    broker: NatsBroker, server: Server, source: str
) -> None:
    taken = Heard()
    await broker.publish(told(source, 1, 2))
    await taken.until(a_hearing(broker, source, taken), 2)
    async with streams_of(server) as streams:
        await streams.delete_key_value(PLACES)

    assert await taken.until(a_hearing(broker, source, taken), 4) == [1, 2, 1, 2]


async def test_a_stream_that_was_made_anew_is_heard_from_its_start(
    server: Server, source: str
) -> None:
    taken = Heard()
    async with a_broker(server) as broker:
        await broker.publish(told(source, 1, 2))
        await taken.until(a_hearing(broker, source, taken), 2)
    async with streams_of(server) as streams:
        await streams.delete_stream(f"freestone-{source}")

    async with a_broker(server) as broker:
        await broker.publish(told(source, 3))
        assert await taken.until(a_hearing(broker, source, taken), 3) == [1, 2, 3]


@pytest.mark.parametrize(
    ("number", "message_id"), [(2, "of one that was lost"), (9, "of one that was lost"), (9, "")]
)
async def test_what_a_broker_has_lost_and_told_anew_is_heard(
    broker: NatsBroker, server: Server, source: str, number: int, message_id: str
) -> None:
    """Its servers were killed at once: what they had told last is not there, or something else is."""
    taken = Heard()
    await broker.publish(told(source, 1, 2))
    async with streams_of(server) as streams:
        stream = await streams.stream_info(f"freestone-{source}")
    place = Place(await broker.places(), f"{source}.{LISTENER}")
    await place.keep(nats_place.Heard(str(stream.created), number, message_id))

    with capture_logs() as logged:
        assert await taken.until(a_hearing(broker, source, taken), 2) == [1, 2]

    lost = "the broker has lost events: freestone events republish"
    assert [entry["event"] for entry in logged].count(lost) == 1


async def test_what_was_acknowledged_and_lost_is_told_again(source: str) -> None:
    """A server acknowledges what is in its memory alone."""
    taken = Heard()
    with a_nats() as server:
        async with a_broker(server) as broker:
            hearing = a_hearing(broker, source, taken)
            await broker.publish(told(source, 1, 2))
            async with streams_of(server) as streams:
                await streams.delete_msg(f"freestone-{source}", 2)
            await taken.until(hearing, 1)
            assert taken.numbers == [1]

            server.kill()
            server.start()

            async with timeout(60):
                while 2 not in taken.numbers:
                    await hearing.some()
    assert list(dict.fromkeys(taken.numbers)) == [1, 2]


async def test_what_was_lost_on_the_way_is_heard_again(broker: NatsBroker, source: str) -> None:
    taken = Heard()
    hearing = a_hearing(broker, source, taken)
    await hearing.some()
    subscription = hearing._subscription
    await broker.publish(told(source, 1, 2, 3))

    await subscription._heard.next_msg(timeout=60)  # type: ignore[attr-defined]

    assert await taken.until(hearing, 3) == [1, 2, 3]


async def removed(streams: JetStreamContext, source: str) -> ConsumerConfig:
    """What the one consumer of a stream was, which is there no more."""
    (its,) = await streams.consumers_info(f"freestone-{source}")
    await streams.delete_consumer(f"freestone-{source}", its.name)
    return its.config


def anew(config: ConsumerConfig) -> ConsumerConfig:
    """One that pushes to the same listener, and nothing that is there already."""
    return config.evolve(deliver_policy=DeliverPolicy.NEW, opt_start_seq=None)
