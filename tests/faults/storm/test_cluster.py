"""A broker of three servers, of which one may end at any time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import monotonic

import pytest

from domain.shared.ids import uuid7
from domain.shared.model import OutcomeUnknown
from infrastructure.shared.events.nats_broker import NatsBroker
from infrastructure.shared.events.nats_place import PLACES
from infrastructure.shared.events.posted import Posted
from tests.faults.storm.cluster import NODES, Cluster, a_cluster
from tests.faults.storm.waiting import PATIENCE_SECONDS
from tests.private_servers import require_installed
from tests.services import nats


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    require_installed(nats)
    with a_cluster() as cluster:
        await cluster.start()
        yield cluster


@pytest.fixture
async def broker(cluster: Cluster) -> AsyncIterator[NatsBroker]:
    broker = NatsBroker(cluster.url, replicas=NODES, dedup_seconds=60.0)
    yield broker
    await broker.close()


async def published(broker: NatsBroker, sequence: int) -> None:
    """As a relay does it: again until it is there."""
    now, until = datetime.now(UTC), monotonic() + PATIENCE_SECONDS
    posted = Posted(
        id=uuid7(now),
        name="inventory.stock_reserved.v1",
        aggregate_id="roses",
        sequence=sequence,
        occurred_at=now,
        actor="florist",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        body="{}",
    )
    while True:
        try:
            return await broker.publish([posted])
        except OutcomeUnknown:
            assert monotonic() < until


async def test_a_stream_is_kept_as_settings_say_and_outlives_any_one_server(
    cluster: Cluster, broker: NatsBroker
) -> None:
    await published(broker, 1)

    for sequence, node in enumerate(cluster.nodes, 2):
        node.server.kill()
        await published(broker, sequence)
        await cluster.start()

    info = await (await broker.line()).stream_info("freestone-inventory")
    assert (info.config.num_replicas, info.config.duplicate_window) == (NODES, 60.0)
    assert info.state.messages == 1 + NODES


async def test_a_place_is_kept_as_settings_say(broker: NatsBroker) -> None:
    """Or whoever takes over would hear three days anew where one server is lost."""
    await broker.places()

    info = await (await broker.line()).stream_info(f"KV_{PLACES}")
    assert info.config.num_replicas == NODES
