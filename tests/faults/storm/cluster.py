"""Three servers of NATS JetStream on loopback, which keep every stream three times."""

import shutil
from asyncio import gather, to_thread
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from tests.faults.storm.waiting import until
from tests.processes import a_free_port
from tests.services import nats
from tests.services.server import Server
from tests.services.temporary import memory

NODES = 3


@dataclass
class Node:
    server: Server
    watched_at: int

    def is_well(self) -> bool:
        """Whether it takes part again. Asked for all that it keeps, a server of those years would begin
        consumers anew, and one that was just being made twice (nats-server, pulls 6362 and 7001).
        """
        with suppress(URLError, OSError):
            asked = f"http://127.0.0.1:{self.watched_at}/healthz?js-server-only=true"
            with urlopen(asked, timeout=5) as answer:  # loopback
                return bool(answer.status == 200)
        return False


@dataclass
class Cluster:
    nodes: list[Node] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return [node.server.url for node in self.nodes]

    @property
    def url(self) -> str:
        """As `FREESTONE_BROKER_URL` takes it."""
        return ",".join(self.urls)

    async def start(self) -> None:
        """Those that do not run; all are well then."""
        await gather(*(to_thread(node.server.start) for node in self.nodes))
        await until("a broker that is well", lambda: all(node.is_well() for node in self.nodes))

    def keep_logs(self, folder: Path) -> None:
        for number, node in enumerate(self.nodes):
            with suppress(FileNotFoundError):
                shutil.copy(node.server.log, folder / f"node-{number}.log")

    def kill(self) -> None:
        for node in self.nodes:
            node.server.kill()


@contextmanager
def a_cluster() -> Iterator[Cluster]:
    """Not started yet."""
    routes = [a_free_port() for _ in range(NODES)]
    with TemporaryDirectory(prefix="freestone-", dir=memory()) as folder:
        cluster = Cluster([_node(Path(folder), number, routes) for number in range(NODES)])
        try:
            yield cluster
        finally:
            cluster.kill()


def _node(folder: Path, number: int, routes: list[int]) -> Node:
    watched_at = a_free_port()
    settings = {
        "server_name": f"node-{number}",
        "cluster_name": "freestone",
        "cluster": f"nats://127.0.0.1:{routes[number]}",
        "routes": ",".join(f"nats://127.0.0.1:{port}" for port in routes),
        "http_port": str(watched_at),
    }
    server = Server(nats, folder / f"node-{number}", port=a_free_port(), settings=settings)
    return Node(server, watched_at)
