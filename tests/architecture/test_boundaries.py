"""The rules that make a context movable. Layering itself is in pyproject.toml, for lint-imports.

Each rule is shown to notice what breaks it: faults are planted in a copy of the source.
"""

import subprocess
import sys
from os import environ, pathsep
from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.architecture.boundaries import trespasses
from tests.architecture.sources import IMPORTERS, SPAWNERS, SRC, imported_by_name, spawned

ROOT = SRC.parent
FAULTS = {
    "app/pricing/private.py": "from domain.catalog.private import Shelf\n\nBorrowed = Shelf\n",
    "app/customers/typed.py": (
        "from typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from app.ordering.service import OrderingService\n"
    ),
    "app/inventory/named.py": (
        "from importlib import import_module\n\n"
        'neighbour = import_module("domain.payments.payment")\n'
    ),
    "app/fulfillment/spawning.py": (
        "from asyncio import create_task, sleep\n\n\n"
        "async def begin() -> None:\n    create_task(sleep(0))\n"
    ),
    "domain/catalog/framed.py": "from pydantic import BaseModel\n\nModel = BaseModel\n",
    "domain/catalog/private.py": "class Shelf: ...\n",
    "domain/customers/inward.py": "from app import settings\n\nused = settings\n",
    "domain/pricing/neighbour.py": "from domain.catalog import private\n\nused = private\n",
    "domain/unlisted/__init__.py": "",
    "app/ordering/querying.py": "from sqlalchemy import select\n\nused = select\n",
    "app/payments/reaching.py": "from infrastructure.shared.database import engines\n\nused = engines\n",
}


def test_contexts_meet_only_at_contracts() -> None:
    assert trespasses() == []


def test_nothing_is_imported_by_a_name_that_the_graph_does_not_see() -> None:
    assert imported_by_name(SRC) == []


def test_tasks_are_begun_only_where_they_are_owned() -> None:
    assert spawned(SRC) == []


def test_exceptions_are_for_those_who_need_them() -> None:
    importing = {line.partition(":")[0] for line in imported_by_name(SRC, allowed={})}
    spawning = {line.partition(":")[0] for line in spawned(SRC, allowed={})}

    assert importing == set(IMPORTERS)
    assert spawning == set(SPAWNERS)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with all faults in it."""
    copied = tmp_path_factory.mktemp("planted")
    copytree(SRC, copied / "src", ignore=ignore_patterns("__pycache__", "*.egg-info"))
    copy(ROOT / "pyproject.toml", copied)
    for path, text in FAULTS.items():
        file = copied / "src" / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return copied


def told(planted: Path, *command: str) -> str:
    """What a tool says of the copy: in a process of its own, where no other `app` is known."""
    path = pathsep.join([str(planted / "src"), str(ROOT)])
    run = subprocess.run(  # noqa: S603  # our own tools
        [sys.executable, *command],
        cwd=planted,
        env={**environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def trespasses_planted(planted: Path) -> str:
    return told(planted, "-m", "tests.architecture.boundaries")


@pytest.fixture(scope="module")
def layers_broken(planted: Path) -> str:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return told(planted, "-c", command, "--no-cache")


@pytest.mark.parametrize(
    "trespass",
    [
        "app.pricing.private imports domain.catalog.private",
        "app.customers.typed imports app.ordering.service",
        "domain.pricing.neighbour imports domain.catalog.private",
    ],
)
def test_a_trespass_is_noticed_even_if_made_for_types_alone(
    trespasses_planted: str, trespass: str
) -> None:
    assert trespass in trespasses_planted


def test_an_import_by_name_is_noticed(planted: Path) -> None:
    assert imported_by_name(planted / "src") == [
        "app/inventory/named.py:1: importlib",
        "app/inventory/named.py:1: import_module",
        "app/inventory/named.py:3: import_module",
    ]


def test_a_task_that_nobody_owns_is_noticed(planted: Path) -> None:
    assert spawned(planted / "src") == [
        "app/fulfillment/spawning.py:1: create_task",
        "app/fulfillment/spawning.py:5: create_task",
    ]


@pytest.mark.parametrize(
    "breach",
    [
        "domain.catalog.framed -> pydantic",
        "domain.customers.inward -> app.settings",
        "domain.pricing.neighbour -> domain.catalog.private",
        "app.ordering.querying -> sqlalchemy",
        "app.payments.reaching -> infrastructure.shared.database.engines",
        "unlisted",
    ],
)
def test_a_breach_of_the_layers_is_noticed(layers_broken: str, breach: str) -> None:
    assert breach in layers_broken
