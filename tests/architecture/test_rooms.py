"""What each room may hold, beyond what imports show."""

from importlib import import_module
from pathlib import Path

import pytest

from app.settings import CONTEXTS
from tests.architecture.sources import SRC, foreign_tables, strange_imports

ROOMS = ("src/app/{}", "src/infrastructure/{}", "migrations/{}")
ROOT = SRC.parent


def tables_of(*contexts: str) -> set[str]:
    return {
        name
        for context in contexts
        for name in import_module(f"infrastructure.{context}.tables").metadata.tables
    }


def test_the_domain_is_plain_python() -> None:
    assert strange_imports(SRC / "domain") == []


@pytest.mark.parametrize(
    "line", ["import stamina", "from random import random", "from os import environ"]
)
def test_what_is_not_plain_is_noticed(tmp_path: Path, line: str) -> None:
    (tmp_path / "rule.py").write_text(f"from decimal import Decimal\n{line}\n")

    assert len(strange_imports(tmp_path)) == 1


@pytest.mark.parametrize("context", CONTEXTS)
def test_no_context_names_tables_of_another(context: str) -> None:
    others = tables_of(*(other for other in CONTEXTS if other != context))

    assert [
        hit for room in ROOMS for hit in foreign_tables(ROOT / room.format(context), others)
    ] == []


def test_nobody_else_names_tables() -> None:
    rooms = [SRC / "app" / room for room in ("edge", "importer", "pages", "ucp")]

    assert [hit for room in rooms for hit in foreign_tables(room, tables_of(*CONTEXTS))] == []


def test_a_table_that_is_only_named_in_a_string_is_noticed(tmp_path: Path) -> None:
    query = "SELECT id FROM ordering_orders JOIN inventory_items"
    (tmp_path / "peek.py").write_text(f"peek = {query!r}\n")

    assert foreign_tables(tmp_path, tables_of("ordering")) == ["peek.py:1: ordering_orders"]
