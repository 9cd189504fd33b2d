from dataclasses import replace

import pytest

from domain.contracts.inventory import (
    ADJUSTMENT_REASONS,
    AdjustStock,
    KeyReused,
    TooFewOnHand,
    TooManyOnHand,
    UnfitAdjustment,
    UnknownSku,
)
from domain.contracts.ordering import GoodsReturned, ReturnedUnits
from domain.inventory.movement import adjusted, came_back
from domain.inventory.stock import StockItem
from domain.shared.values import Sku
from tests.inventory.builders import an_order

TEA, CUP = Sku("TEA-100G"), Sku("CUP")
DAMAGED = AdjustStock(key="broken-1", sku=TEA, units=-2, reason="damaged", note="Fell")


def test_an_adjustment_moves_what_lies_there_and_no_promise() -> None:
    tea = StockItem(TEA, units_on_hand=5, units_held=4)

    tea.adjust(-2)
    tea.adjust(1)

    assert tea == StockItem(TEA, units_on_hand=4, units_held=4)


def test_no_shelf_holds_less_than_nothing_nor_more_than_can_be_counted() -> None:
    tea = StockItem(TEA, units_on_hand=5)
    tea.adjust(-4)

    with pytest.raises(TooFewOnHand) as refused:
        tea.adjust(-2)
    with pytest.raises(TooManyOnHand):
        tea.adjust(1_000_000_000)

    assert (refused.value.units_on_hand, tea.units_on_hand) == (1, 1)


@pytest.mark.parametrize("reason", ADJUSTMENT_REASONS)
def test_an_adjustment_says_why(reason: str) -> None:
    change = adjusted(replace(DAMAGED, reason=reason))

    assert (change.sku, change.units, change.cause.reason) == (TEA, -2, reason)
    assert (change.cause.note, change.cause.reference) == ("Fell", "broken-1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": 0},
        {"units": -1_000_000_001},
        {"reason": "shipped"},
        {"reason": ""},
        {"note": "two\nlines"},
        {"note": "x" * 501},
        {"key": ""},
        {"key": "x" * 201},
        {"key": "schlüssel"},
    ],
)
def test_what_makes_no_sense_is_not_adjusted(wrong: dict[str, str | int]) -> None:
    with pytest.raises(UnfitAdjustment):
        adjusted(replace(DAMAGED, **wrong))  # type: ignore[arg-type]


def test_what_nothing_is_called_is_not_adjusted() -> None:
    with pytest.raises(UnknownSku):
        adjusted(replace(DAMAGED, sku=Sku(" ")))


def test_a_key_stands_for_one_adjustment() -> None:
    change = adjusted(DAMAGED)
    change.require_same(adjusted(DAMAGED))

    for other in ({"units": -3}, {"sku": CUP}, {"reason": "lost"}, {"note": "Jumped"}):
        with pytest.raises(KeyReused) as refused:
            change.require_same(adjusted(replace(DAMAGED, **other)))
        assert refused.value.key == "broken-1"


def test_what_comes_back_is_put_on_the_shelf_or_written_down_in_the_order_of_skus() -> None:
    returned = GoodsReturned(
        order_id=an_order(),
        return_id="ret_1",
        units=(
            ReturnedUnits(sku=TEA, restocked=2, written_off=1),
            ReturnedUnits(sku=CUP, written_off=1),
            ReturnedUnits(sku=TEA, restocked=1),
        ),
    )

    changes = came_back(returned)

    assert [(one.sku, one.units, one.cause.reason, one.cause.note) for one in changes] == [
        (CUP, 0, "written_off", "1 written off"),
        (TEA, 3, "returned", ""),
        (TEA, 0, "written_off", "1 written off"),
    ]
    assert {(one.cause.order_id, one.cause.reference) for one in changes} == {
        (returned.order_id, "ret_1")
    }
    assert len({one.cause.key for one in changes}) == 3
