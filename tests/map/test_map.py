"""The map says what the code says, and can be read."""

import json
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from typer.testing import CliRunner

from app.commands.program import cli
from app.commands.terminal import Unusable
from app.context_map import CALLS, CONSUMERS, CONTRACTS
from app.map.house import Asked, Context, Heard, House
from app.map.layout import Layout, laid_out
from app.map.reading import read
from app.map.svg import svg
from app.map.text import text
from app.merchant import COUNTERS

SVG = "{http://www.w3.org/2000/svg}"


def a_busy_house(contexts: int = 6) -> House:
    """Everybody calls everybody below, and hears all that everybody tells."""
    names = [f"context{number}" for number in range(contexts)]
    pairs = list(combinations(names, 2))
    return House(
        contexts=tuple(Context(name=n, about="all", calls=("ask",), events=()) for n in names),
        asked=tuple(Asked(caller=a, callee=b, calls=("ask", "answer")) for a, b in pairs),
        heard=tuple(
            Heard(event=f"{a}.done.v1", listener=b, consumer=f"{b}.note_{a}") for a, b in pairs
        ),
    )


def places(layout: Layout) -> list[tuple[str, str, float]]:
    """Where something is written: on which side, at which context, how far down."""
    sides = {"left": layout.left, "right": layout.right}
    return [
        (side, port.row.context, port.y)
        for side, lines in sides.items()
        for line in lines.lines
        for port in line.ports
    ]


def test_it_has_every_context_and_every_consumer() -> None:
    house = read()

    assert {context.name for context in house.contexts} == set(CONTRACTS)
    assert {heard.consumer for heard in house.heard} == {
        consumer.name for consumers in CONSUMERS.values() for consumer in consumers
    }


def test_contexts_call_whom_the_container_says_they_call() -> None:
    declared = {(caller, callee) for caller, others in CALLS.items() for callee in others}

    assert {(one.caller, one.callee) for one in read().asked if one.calls} == declared


def test_staff_ask_the_contexts_that_have_a_counter_for_them() -> None:
    asked = {one.name for one in read().contexts if "merchant API" in one.faces}

    assert asked == COUNTERS.keys()


def test_only_calls_that_a_contract_has_are_drawn() -> None:
    house = read()

    assert [
        (one.callee, call)
        for one in house.asked
        for call in one.calls
        if call not in house.context(one.callee).calls
    ] == []


@pytest.mark.parametrize("house", [read(), a_busy_house()], ids=["ours", "busy"])
def test_nothing_is_written_over_anything_else(house: House) -> None:
    layout = laid_out(house)

    written = places(layout)
    assert len(set(written)) == len(written)
    for box in layout.boxes:
        own = [y for _, context, y in written if context == box.context.name]
        assert all(box.top < y < box.top + box.height for y in own)
    for above, below in zip(layout.boxes, layout.boxes[1:], strict=False):
        assert above.top + above.height < below.top


@pytest.mark.parametrize("house", [read(), a_busy_house()], ids=["ours", "busy"])
def test_no_two_lines_share_a_track_where_both_pass(house: House) -> None:
    layout = laid_out(house)

    for side in (layout.left, layout.right):
        for one, other in combinations(side.lines, 2):
            if one.track == other.track:
                assert one.span[1] < other.span[0] or other.span[1] < one.span[0]


def test_the_picture_is_told_in_words_and_made_for_day_and_night() -> None:
    picture = svg(read(), "The <house>")

    root = Xml.fromstring(picture)  # noqa: S314  # our own
    assert root.findtext(f"{SVG}title") == "The <house>"
    assert "ordering calls inventory: find_stock, release, reserve." in str(
        root.findtext(f"{SVG}desc")
    )
    assert "prefers-color-scheme: dark" in picture
    assert picture == svg(read(), "The <house>")


def test_the_words_name_what_a_context_asks_tells_and_hears() -> None:
    told = text(read(), only="inventory")

    assert told.startswith("inventory: what lies on the shelf")
    assert "asked  by ordering: find_stock, release, reserve\n" in told
    assert "hears  fulfillment.parcel_shipped -> take_stock\n" in told
    assert "payments" not in told


def test_the_program_draws_one_context_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "map.json"

    done = CliRunner().invoke(cli, ["map", "pricing", "--format", "json", "--output", str(file)])

    assert (done.exit_code, done.output) == (0, "")
    drawn = json.loads(file.read_text())
    assert {context["name"] for context in drawn["contexts"]} == {"ordering", "pricing"}
    assert "pricing_tax_rates" in drawn["contexts"][1]["tables"]


def test_a_context_that_is_not_there_is_told() -> None:
    done = CliRunner().invoke(cli, ["map", "shelves"])

    assert done.exit_code == 2
    assert "'shelves' is not one of 'catalog'" in done.output


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["map", "--output", str(tmp_path / "nowhere" / "map.txt")])

    assert isinstance(done.exception, Unusable)
    assert str(done.exception).startswith("--output: ")
