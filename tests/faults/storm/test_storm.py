"""Faults of every kind, on real processes under load: none loses anything. What does is noticed."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.storm.blows import BLOWS
from tests.faults.storm.losses import NOT_APPLIED, TWICE_APPLIED, TWICE_PAID, counted
from tests.faults.storm.opening import a_world
from tests.faults.storm.run import storm, suffered
from tests.faults.storm.table import Row, table
from tests.private_servers import require_installed
from tests.services import nats, postgresql

DUPLICATES = "duplicate and reordered delivery"
EVERY_DAY = ["kill -9 of the server", "kill -9 of a broker node", DUPLICATES]
SELDOM = [fault for fault in BLOWS if fault not in EVERY_DAY]
NOTICED = {
    "relay that forgets": NOT_APPLIED,
    "consumer without inbox": TWICE_APPLIED,
    "double capture": TWICE_PAID,
}
PATIENCE_SECONDS = 10.0
"""How long the books of a world with a mistake may stay as they are before they are taken as they are."""


@pytest.fixture(autouse=True)
def servers() -> None:
    for kind in (postgresql, nats):
        require_installed(kind)


@pytest.mark.parametrize("faults", [EVERY_DAY, pytest.param(SELDOM, marks=pytest.mark.thorough)])
async def test_no_fault_loses_anything(tmp_path: Path, faults: list[str]) -> None:
    rows = await storm(tmp_path, each=1, seed=1, faults=faults)

    assert [(row.fault, len(row.recovered)) for row in rows] == [(fault, 1) for fault in faults]
    assert {loss for row in rows for loss in row.losses} == set(), table(rows)


@pytest.mark.thorough
@pytest.mark.parametrize("plant", NOTICED)
async def test_a_planted_mistake_is_noticed(tmp_path: Path, plant: str) -> None:
    async with a_world(tmp_path, plant) as world:
        _, found = await suffered(
            world,
            BLOWS[DUPLICATES],
            2,
            Random(1),  # noqa: S311  # a seed, no secret
            patience=PATIENCE_SECONDS,
        )

    assert counted(found)[NOTICED[plant]] > 0


def test_a_table_tells_what_was_injected_and_what_was_lost() -> None:
    lost = frozenset({(NOT_APPLIED, "one"), (NOT_APPLIED, "another"), (TWICE_PAID, "an order")})

    told = table([Row("a blow", (1.0, 2.0, 9.0), lost), Row("another", (0.5,), frozenset())])

    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in told.splitlines()]
    assert lines[2] == ["a blow", "3", "2.0, 9.0", "0", "1", "0", "2", "0", "0"]
    assert lines[3] == ["another", "1", "0.5, 0.5", *["0"] * 6]
    assert lines[4] == ["all", "4", "", "0", "1", "0", "2", "0", "0"]
