"""What documents say of the code is so."""

import re
from pathlib import Path

import pytest

from app.context_map import CALLS
from tests.documents.house import calls_made
from tests.documents.pages import DOCS, MADE, page

ROOT = DOCS.parent
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_from_the_code_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text() == page(name), "run `make docs`"


def test_contexts_call_whom_the_container_says_they_call() -> None:
    declared = {context: set(others) for context, others in CALLS.items()}

    assert {context: set(others) for context, others in calls_made().items()} == declared


@pytest.mark.parametrize(
    "document",
    sorted([ROOT / "README.md", *DOCS.rglob("*.md")]),
    ids=lambda document: document.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text())

    assert [target for target in targets if not (document.parent / target).exists()] == []
