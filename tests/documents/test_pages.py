"""What documents say of the code is so."""

import re

import pytest

from tests.documents.blocks import ROOT, documents
from tests.documents.order_path import CRASHES
from tests.documents.pages import DOCS, left_over, made
from tests.faults.test_order_process import PLACES

LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
TEST = re.compile(r"`(test_\w+)`")
FILE = re.compile(r"`((?:src|tests|migrations|docs|demo)/[\w./-]+)`")


@pytest.mark.parametrize("name", made())
def test_what_is_made_from_the_code_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == made()[name], "run `make docs`"


def test_nothing_is_left_of_what_is_not_in_the_code_any_more() -> None:
    assert left_over() == []


@pytest.mark.parametrize("document", documents())
def test_links_lead_somewhere(document: str) -> None:
    file = ROOT / document
    targets = LINK.findall(file.read_text("utf-8"))

    assert [target for target in targets if not (file.parent / target).exists()] == []


@pytest.mark.parametrize("document", documents())
def test_files_that_are_named_are_there(document: str) -> None:
    named = FILE.findall((ROOT / document).read_text("utf-8"))

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_tests_that_are_named_are_there() -> None:
    tests = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    named = {
        name for document in documents() for name in TEST.findall((ROOT / document).read_text())
    }

    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []


def test_every_place_where_a_server_is_killed_is_told_in_its_order() -> None:
    assert list(CRASHES) == PLACES
