"""Faults of every kind, on real processes under load: none loses anything. What does is noticed."""

from pathlib import Path
from random import Random
from time import monotonic

import pytest

from tests.faults.storm.blows import BLOWS
from tests.faults.storm.losses import NOT_APPLIED, TWICE_APPLIED, TWICE_PAID, counted, losses
from tests.faults.storm.opening import a_world
from tests.faults.storm.plants import FORGETS_ONE_OF
from tests.faults.storm.run import suffered, weathered
from tests.faults.storm.spoilt import spoilt
from tests.faults.storm.table import Row, table
from tests.faults.storm.waiting import until
from tests.faults.storm.world import World
from tests.journeys.reconcile import number
from tests.private_servers import require_installed
from tests.services import nats, postgresql

DUPLICATES = "duplicate and reordered delivery"
EVERY_DAY = ["kill -9 of the server", "kill -9 of a broker node", DUPLICATES]
SENT = "SELECT count(*) FROM ordering_outbox WHERE sent_at IS NOT NULL"


async def nothing_but_trade(world: World, _random: Random) -> float:
    """Nothing is told again by it: what a relay has forgotten stays forgotten."""
    begun, enough = monotonic(), 2 * FORGETS_ONE_OF  # one is forgotten even where relays changed
    await until("events", lambda: number(world.database_url, SENT) >= enough)
    return begun


NOTICED = {
    "relay that forgets": (nothing_but_trade, NOT_APPLIED),
    "consumer without inbox": (BLOWS[DUPLICATES], TWICE_APPLIED),
    "double capture": (BLOWS[DUPLICATES], TWICE_PAID),
}
PATIENCE_SECONDS = 20.0
"""How long the books of a world with a mistake may stay as they are before they are taken as they are."""


@pytest.fixture(autouse=True)
def servers() -> None:
    for kind in (postgresql, nats):
        require_installed(kind)


async def test_no_fault_loses_anything_and_what_is_taken_away_is_noticed(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        rows = await weathered(world, each=1, seed=1, faults=EVERY_DAY)
        taken = await spoilt(world)
        found = await losses(world, patience=PATIENCE_SECONDS)

    assert {loss for row in rows for loss in row.losses} == set(), table(rows)
    assert [(row.fault, len(row.recovered)) for row in rows] == [(one, 1) for one in EVERY_DAY]
    noticed = [any(kind == k and words in what for k, what in found) for kind, words in taken]
    assert all(noticed), (taken, noticed, found)


@pytest.mark.thorough
@pytest.mark.parametrize("plant", NOTICED)
async def test_a_planted_mistake_is_noticed(tmp_path: Path, plant: str) -> None:
    blow, kind = NOTICED[plant]
    async with a_world(tmp_path, plant) as world:
        chance = Random(1)  # noqa: S311  # a seed, no secret
        _, found = await suffered(world, blow, 2, chance, patience=PATIENCE_SECONDS)

    assert counted(found)[kind] > 0


def test_a_table_tells_what_was_injected_and_what_was_lost() -> None:
    lost = frozenset({(NOT_APPLIED, "one"), (NOT_APPLIED, "another"), (TWICE_PAID, "an order")})

    told = table([Row("a blow", (1.0, 2.0, 9.0), lost), Row("another", (0.5,), frozenset())])

    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in told.splitlines()]
    assert lines[2] == ["a blow", "3", "2.0, 9.0", "0", "1", "0", "2", "0", "0", "0"]
    assert lines[3] == ["another", "1", "0.5, 0.5", *["0"] * 7]
    assert lines[4] == ["all", "4", "", "0", "1", "0", "2", "0", "0", "0"]
