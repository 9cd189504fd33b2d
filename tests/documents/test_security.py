"""What docs/security.md says is proven is proven by a test that is there."""

import re

import pytest

from tests.documents.blocks import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NAMED = sorted(set(TEST.findall(TEXT)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_every_row_names_one() -> None:
    rows = [line for line in TEXT.splitlines() if re.match(r"\| (?:\d|API)", line)]

    assert len(rows) > 30
    assert [row for row in rows if not TEST.search(row)] == []


def test_the_ten_risks_are_all_there() -> None:
    assert re.findall(r"^\| API(\d+) ", TEXT, re.MULTILINE) == [str(n) for n in range(1, 11)]
