"""What `make services` does: servers that stay, until it is told to stop them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from socket import create_server

from tests.processes import a_free_port
from tests.services import compose
from tests.services.finding import STARTED, serves, started
from tests.services.kinds import KINDS, Kind
from tests.services.places import place_of
from tests.services.programs import Failed, NotInstalled
from tests.services.server import Server


def start() -> Iterator[str]:
    """Start what does not run, and say of each where it is. Raises `Failed`, after all were tried."""
    missing = [kind for kind in KINDS.values() if not _runs(kind)]
    for kind in KINDS.values():
        if kind not in missing:
            yield f"{_named(kind)}: runs already"
    ports = {kind.NAME: _a_port(kind) for kind in missing}
    failures = []
    if missing and compose.runs():
        compose.start(ports)
        for kind in missing:
            yield _kept(kind, ports[kind.NAME], "in a container")
        return
    for kind in missing:
        try:
            server = Server(kind, place_of(kind), ports[kind.NAME], kind.RELAXED)
            server.start()
        except (NotInstalled, Failed) as failure:
            failures.append(f"{kind.NAME}: {failure}")
        else:
            yield _kept(kind, server.port, f"process {server.pid}, {server.folder}")
    if failures:
        raise Failed("\n".join(failures))


def stop() -> Iterator[str]:
    """End what was started here, and say so. What they keep is kept. Raises `Failed`."""
    for kind in KINDS.values():
        server = Server(kind, place_of(kind))
        if pid := server.pid:
            server.stop()
            yield f"{kind.NAME}: stopped process {pid}"
    if compose.runs():
        for name in compose.stop():
            yield f"{name}: stopped its container"
    STARTED.unlink(missing_ok=True)


def _runs(kind: Kind) -> bool:
    return (url := started().get(kind.NAME)) is not None and serves(kind.NAME, url)


def _kept(kind: Kind, port: int, how: str) -> str:
    """Write down where it is, so that tests find it."""
    STARTED.parent.mkdir(parents=True, exist_ok=True)
    STARTED.write_text(json.dumps({**started(), kind.NAME: kind.url(port)}, indent=2) + "\n")
    return f"{_named(kind)}: started ({how})"


def _named(kind: Kind) -> str:
    url = started()[kind.NAME]
    return f"{kind.version(url)} at {url}"


def _a_port(kind: Kind) -> int:
    """Its own, unless somebody else has it."""
    with suppress(OSError), create_server(("127.0.0.1", kind.PORT)):
        return kind.PORT
    return a_free_port()
