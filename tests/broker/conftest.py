from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from infrastructure.shared.events.nats_broker import NatsBroker
from tests.broker.hearings import a_broker
from tests.private_servers import a_nats
from tests.services.server import Server


@pytest.fixture(scope="package")
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
