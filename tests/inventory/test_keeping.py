"""The `Inventory` contract as those who look after shelves use it: near, through the wire, far."""

from asyncio import gather
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.contracts.inventory import (
    AdjustStock,
    Count,
    CountStock,
    GetStock,
    Inventory,
    KeyReused,
    ListMovements,
    ListStock,
    Movement,
    Reserve,
    SetStock,
    Stock,
    TooFewOnHand,
    TooManyOnHand,
    UnfitAdjustment,
    UnfitCount,
    UnknownCursor,
    UnknownSku,
)
from domain.shared.values import Sku
from infrastructure.shared.envelope import Envelope, carrying
from tests.conftest import KeptHouse
from tests.inventory.builders import a_line, a_sku, an_attempt


@pytest.fixture
def inventory(house: KeptHouse) -> Inventory:
    return house.contract(Inventory)


async def counted(inventory: Inventory, sku: Sku, units: int, **more: Any) -> Stock:
    return await inventory.count_stock(replace(a_count(sku, units), **more))


async def stocked(inventory: Inventory, units: int = 10) -> Sku:
    return (await counted(inventory, a_sku(), units)).sku


def a_count(sku: Sku, units: int) -> CountStock:
    return CountStock(key=uuid4().hex, sku=sku, units_on_hand=units)


def an_adjustment(sku: Sku, units: int = -2, reason: str = "damaged") -> AdjustStock:
    return AdjustStock(key=uuid4().hex, sku=sku, units=units, reason=reason)


async def on_hand(inventory: Inventory, sku: Sku) -> int:
    return (await inventory.get_stock(GetStock(sku=sku))).units_on_hand


async def history(inventory: Inventory, sku: Sku) -> list[Movement]:
    """All of it, read in small pages."""
    page = await inventory.list_movements(ListMovements(sku=sku, most=3))
    found = list(page.items)
    while page.next:
        page = await inventory.list_movements(ListMovements(sku=sku, after=page.next, most=3))
        found += page.items
    return found


async def test_the_first_count_of_a_sku_makes_it_known(inventory: Inventory) -> None:
    tea = a_sku()
    with pytest.raises(UnknownSku):
        await inventory.get_stock(GetStock(sku=tea))

    stock = await counted(inventory, tea, 7)

    assert stock == Stock(sku=tea, units_on_hand=7)
    assert await inventory.get_stock(GetStock(sku=tea)) == stock
    (movement,) = await history(inventory, tea)
    assert (movement.reason, movement.units, movement.units_on_hand) == ("counted", 7, 7)


async def test_a_count_says_how_what_was_counted_stands_now(inventory: Inventory) -> None:
    cup = await stocked(inventory)
    await inventory.reserve(Reserve(attempt_id=an_attempt(), lines=(a_line(cup, 3),)))

    said = await counted(inventory, cup, 4)

    assert said == Stock(sku=cup, units_on_hand=4, units_held=3)


async def test_why_what_was_counted_differs_is_written_down(inventory: Inventory) -> None:
    tea = await stocked(inventory)

    await counted(inventory, tea, 8, reason="correction", note="Behind the others")

    newest, first = await history(inventory, tea)
    assert (newest.units, newest.units_on_hand) == (-2, 8)
    assert (newest.reason, newest.note) == ("correction", "Behind the others")
    assert (first.units, first.units_on_hand) == (10, 10)


async def test_a_count_of_many_that_finds_what_was_known_is_not_written_down(
    inventory: Inventory,
) -> None:
    tea, cup = await stocked(inventory), a_sku("CUP")
    counts = (Count(sku=tea, units_on_hand=10), Count(sku=cup, units_on_hand=1))

    said = await inventory.set_stock(SetStock(counts=counts))

    assert said.items == 2
    assert [len(await history(inventory, sku)) for sku in (tea, cup)] == [1, 1]
    assert [await on_hand(inventory, sku) for sku in (tea, cup)] == [10, 1]


async def test_a_keyed_count_makes_a_sku_known_and_is_made_once(inventory: Inventory) -> None:
    tea = a_sku()
    count = replace(a_count(tea, 7), note="Behind the others")

    with carrying(Envelope.opened(actor="staff:ada")):
        for _ in range(2):
            assert await inventory.count_stock(count) == Stock(sku=tea, units_on_hand=7)

    (movement,) = await history(inventory, tea)
    assert (movement.reason, movement.units, movement.units_on_hand) == ("counted", 7, 7)
    assert (movement.key, movement.note, movement.actor) == (
        count.key,
        "Behind the others",
        "staff:ada",
    )


@pytest.mark.parametrize("found", [7, 10])
async def test_a_late_repeat_of_a_count_undoes_nothing(inventory: Inventory, found: int) -> None:
    """Also of one that found what was known."""
    tea = await stocked(inventory)
    count = a_count(tea, found)
    await inventory.count_stock(count)
    await inventory.adjust_stock(an_adjustment(tea, 5, "received"))

    late = await inventory.count_stock(count)

    assert late.units_on_hand == found + 5
    newest, counted_then, _ = await history(inventory, tea)
    assert (newest.units, newest.units_on_hand) == (5, found + 5)
    assert (counted_then.units, counted_then.units_on_hand) == (found - 10, found)


async def test_the_key_of_a_count_is_not_used_for_anything_else(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    count = a_count(tea, 7)
    await inventory.count_stock(count)

    for other in (
        replace(count, units_on_hand=8),
        replace(count, sku=a_sku()),
        replace(count, reason="correction"),
    ):
        with pytest.raises(KeyReused):
            await inventory.count_stock(other)

    assert await on_hand(inventory, tea) == 7


@pytest.mark.parametrize(
    "wrong",
    [{"units_on_hand": -1}, {"reason": "shipped"}, {"note": "two\nlines"}, {"key": ""}],
)
async def test_a_keyed_count_without_sense_leaves_its_key_free(
    inventory: Inventory, wrong: dict[str, Any]
) -> None:
    tea = await stocked(inventory)
    count = a_count(tea, 7)

    with pytest.raises(UnfitCount):
        await inventory.count_stock(replace(count, **wrong))

    assert (await inventory.count_stock(count)).units_on_hand == 7


async def test_one_count_asked_for_many_times_at_once_is_made_once(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    count = a_count(tea, 7)

    with carrying(Envelope.opened(actor="crowd", seconds=20)):
        said = await gather(*(inventory.count_stock(count) for _ in range(8)))

    assert {stock.units_on_hand for stock in said} == {7}
    assert len(await history(inventory, tea)) == 2


async def test_an_adjustment_is_made_once_however_often_asked(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    damaged = replace(an_adjustment(tea), note="Fell off the shelf")

    with carrying(Envelope.opened(actor="staff:ada")):
        for _ in range(2):
            assert await inventory.adjust_stock(damaged) == Stock(sku=tea, units_on_hand=8)

    (movement, _) = await history(inventory, tea)
    assert (movement.units, movement.units_on_hand) == (-2, 8)
    assert (movement.reason, movement.note) == ("damaged", "Fell off the shelf")
    assert (movement.key, movement.actor) == (damaged.key, "staff:ada")


async def test_asking_again_later_says_how_it_stands_then(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    damaged = an_adjustment(tea)
    await inventory.adjust_stock(damaged)
    await inventory.adjust_stock(an_adjustment(tea, 5, "received"))

    assert (await inventory.adjust_stock(damaged)).units_on_hand == 13


async def test_a_key_is_not_used_for_anything_else(inventory: Inventory) -> None:
    tea, cup = await stocked(inventory), await stocked(inventory)
    damaged = an_adjustment(tea)
    await inventory.adjust_stock(damaged)

    for other in (replace(damaged, units=-3), replace(damaged, sku=cup)):
        with pytest.raises(KeyReused):
            await inventory.adjust_stock(other)

    assert [await on_hand(inventory, sku) for sku in (tea, cup)] == [8, 10]


async def test_what_was_refused_was_not_done_and_can_be_asked_for_again(
    inventory: Inventory,
) -> None:
    tea = await stocked(inventory)
    lost = an_adjustment(tea, -11, "lost")

    with pytest.raises(TooFewOnHand) as refused:
        await inventory.adjust_stock(lost)

    assert (refused.value.units_on_hand, await on_hand(inventory, tea)) == (10, 10)
    await inventory.adjust_stock(an_adjustment(tea, 1, "found"))
    assert (await inventory.adjust_stock(lost)).units_on_hand == 0


async def test_what_cannot_be_is_not_adjusted(inventory: Inventory) -> None:
    tea = await stocked(inventory)

    with pytest.raises(TooManyOnHand):
        await inventory.adjust_stock(an_adjustment(tea, 1_000_000_000))
    with pytest.raises(UnfitAdjustment):
        await inventory.adjust_stock(an_adjustment(tea, 0))
    for unknown in (a_sku(), Sku("")):
        with pytest.raises(UnknownSku):
            await inventory.adjust_stock(an_adjustment(unknown))

    assert len(await history(inventory, tea)) == 1


async def test_a_crowd_leaves_no_shelf_below_nothing_and_a_history_that_adds_up(
    inventory: Inventory,
) -> None:
    tea = await stocked(inventory)
    crowd = [an_adjustment(tea, -1 if n % 4 else 2, "correction") for n in range(32)]
    twice = [one for one in crowd for _ in range(2)]

    with carrying(Envelope.opened(actor="crowd", seconds=30)):
        asked = (inventory.adjust_stock(one) for one in twice)
        said = Counter(type(o).__name__ for o in await gather(*asked, return_exceptions=True))

    assert said.keys() <= {"Stock", "TooFewOnHand"}
    movements = await history(inventory, tea)
    assert len({one.key for one in movements}) == len(movements)
    assert sum(one.units for one in movements) == await on_hand(inventory, tea)
    assert min(one.units_on_hand for one in movements) >= 0
    chain = {one.units_on_hand - one.units for one in movements[:-1]}
    assert chain <= {one.units_on_hand for one in movements}


async def test_one_adjustment_asked_for_by_many_at_once_is_made_once(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    damaged = an_adjustment(tea)

    said = await gather(*(inventory.adjust_stock(damaged) for _ in range(8)))

    assert {stock.units_on_hand for stock in said} == {8}
    assert len(await history(inventory, tea)) == 2


async def test_stock_is_listed_page_by_page(inventory: Inventory) -> None:
    shelf = uuid4().hex
    skus = [Sku(f"{shelf}-{number}") for number in range(3)]
    for sku in reversed(skus):
        await counted(inventory, sku, 1)

    first = await inventory.list_stock(ListStock(after=shelf, most=2))
    second = await inventory.list_stock(ListStock(after=first.next, most=1))

    assert [stock.sku for stock in first.items] == skus[:2]
    assert [stock.sku for stock in second.items] == skus[2:]


async def test_the_last_page_says_so_and_a_cursor_is_one_of_ours(inventory: Inventory) -> None:
    last = await counted(inventory, Sku(f"~{uuid4().hex}"), 1)

    page = await inventory.list_stock(ListStock(after="}", most=1000))

    assert (page.next, last in page.items) == (None, True)
    with pytest.raises(UnknownCursor):
        await inventory.list_stock(ListStock(after="\0"))
    with pytest.raises(UnknownCursor):
        await inventory.list_movements(ListMovements(sku=last.sku, after="mov_1"))
    with pytest.raises(UnknownSku):
        await inventory.list_movements(ListMovements(sku=a_sku()))
