"""Which servers there are to test against."""

import json
import os
from functools import cache

from tests.processes import ROOT
from tests.services.kinds import KINDS, NO_ANSWER

NAMED_BY = "TEST_{}"
SERVICES = ROOT / "var" / "services"
STARTED = SERVICES / "started.json"
"""Where `make services` keeps the URLs of what it started."""
OLDEST = {"PostgreSQL": (15,), "MariaDB": (10, 11), "Redis": (6, 2)}


@cache
def url_of(kind: str) -> str | None:
    """The server of this kind (postgresql, mariadb, redis) to test against; nothing if there is none.

    One that `TEST_<KIND>` names is taken at its word, so that what is wrong with it is an
    error and no absence. Otherwise what `make services` started, or else what listens on the
    standard port of loopback, if it answers us. It may be somebody's: make databases of your own
    there, and drop them.
    """
    if named := os.environ.get(NAMED_BY.format(kind.upper())):
        return named
    places = (started().get(kind), KINDS[kind].STANDARD_URL)
    return next((url for url in places if url and serves(kind, url)), None)


def started() -> dict[str, str]:
    """The URLs of what `make services` started, by kind, whether or not it runs still."""
    try:
        told: dict[str, str] = json.loads(STARTED.read_text())
    except FileNotFoundError:
        return {}
    return told


def serves(kind: str, url: str) -> bool:
    """Whether a server that we work with answers there and lets us in."""
    try:
        name, _, number = KINDS[kind].version(url).partition(" ")
    except NO_ANSWER:
        return False
    return name in OLDEST and tuple(map(int, number.split("."))) >= OLDEST[name]
