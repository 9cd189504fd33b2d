import pytest

from domain.contracts.inventory import Stock
from domain.contracts.ordering import WantedLine
from domain.ordering.basket import is_gone, named, shortages
from domain.shared.values import Quantity, Sku

POT, ROSES = Sku("pot_ceramic"), Sku("bouquet_roses")


def wanted(sku: Sku = ROSES, units: int = 1, **more: str) -> WantedLine:
    return WantedLine(sku=sku, quantity=Quantity(units), **more)


def names(*lines: WantedLine, known: tuple[str, ...] = (), used: int = 0) -> list[str | None]:
    return [line.line_id for line in named(lines, known, used=used)]


def test_new_lines_get_names_of_ours() -> None:
    assert names(wanted(), wanted(line_id="made up")) == ["line_1", "line_2"]


@pytest.mark.ucp("CHK-23")
def test_known_lines_keep_their_names() -> None:
    lines = (wanted(), wanted(line_id="line_2"), wanted(line_id="line_9"))

    assert names(*lines, known=("line_1", "line_2"), used=2) == ["line_3", "line_2", "line_4"]


def test_a_name_that_is_sent_twice_is_kept_by_the_first() -> None:
    assert names(*[wanted(line_id="line_1")] * 2, known=("line_1",), used=1) == ["line_1", "line_2"]


def test_a_name_is_never_given_to_anything_else() -> None:
    assert names(wanted(), known=("line_3",), used=3) == ["line_4"]


@pytest.mark.ucp("CHK-16")
def test_parents_are_found_by_the_name_the_client_gave() -> None:
    lines = named((wanted(line_id="a"), wanted(POT, parent_id="a"), wanted(parent_id="b")), ())

    assert [line.parent_id for line in lines] == [None, "line_1", None]
    (alone,) = named((wanted(line_id="a", parent_id="a"),), ())
    assert alone.parent_id is None


def test_lines_of_one_sku_are_counted_together() -> None:
    stock = {ROSES: Stock(sku=ROSES, units_on_hand=5, units_held=1)}

    short = shortages((wanted(units=3), wanted(units=1), wanted(units=1), wanted(POT)), stock)

    assert [notice.path for notice in short] == ["line_items[2].quantity", "line_items[3].quantity"]
    assert "4 left" in short[0].text
    assert "0 left" in short[1].text


@pytest.mark.ucp("CHK-20", "CHK-21")
def test_what_there_is_too_little_of_is_not_gone() -> None:
    stock = {ROSES: Stock(sku=ROSES, units_on_hand=2, units_held=1)}
    held = {ROSES: Stock(sku=ROSES, units_on_hand=2, units_held=2)}

    assert not is_gone((wanted(units=3), wanted(POT)), stock)
    assert is_gone((wanted(), wanted(POT)), held)
