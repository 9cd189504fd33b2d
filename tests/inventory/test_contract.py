"""The `Inventory` contract: one set of promises, kept near, through the wire, and far."""

from asyncio import gather
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import pytest

from app.inventory.allocate_stock import AllocateStock
from domain.contracts.inventory import (
    AlreadyAllocated,
    AlreadyReleased,
    Count,
    FindStock,
    Inventory,
    OtherLinesReserved,
    OutOfStock,
    Release,
    Released,
    Reserve,
    Reserved,
    SetStock,
    Stock,
    UnfitCount,
    UnknownSku,
)
from domain.inventory.ports import Begin
from domain.shared.values import AttemptId, Sku
from infrastructure.inventory.shelves import SqlShelves
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.envelope import Envelope, carrying
from tests.conftest import KeptHouse
from tests.inventory.builders import a_line, a_sku, an_attempt, an_order, placed


@pytest.fixture
def inventory(house: KeptHouse) -> Inventory:
    return house.contract(Inventory)


@pytest.fixture
async def begin(house: KeptHouse) -> AsyncIterator[Begin]:
    """The same shelves, from behind."""
    engines = Engines()
    yield partial(transaction, engines.at(house.database), SqlShelves)
    await engines.close()


async def stocked(inventory: Inventory, units: int = 5) -> Sku:
    sku = a_sku()
    await inventory.set_stock(SetStock(counts=(Count(sku=sku, units_on_hand=units),)))
    return sku


async def held(inventory: Inventory, *skus: Sku) -> list[int]:
    return [s.units_held for s in (await inventory.find_stock(FindStock(skus=skus))).items]


def wanted(sku: Sku, units: int = 1, *, attempt: AttemptId | None = None) -> Reserve:
    return Reserve(attempt_id=attempt or an_attempt(), lines=(a_line(sku, units),))


async def test_stock_is_set_and_found(inventory: Inventory) -> None:
    tea = await stocked(inventory, 7)

    found = await inventory.find_stock(FindStock(skus=(tea, a_sku(), Sku(""))))

    assert found.items == (Stock(sku=tea, units_on_hand=7),)


async def test_stock_that_cannot_be_is_not_set_nor_is_any_other(inventory: Inventory) -> None:
    tea, cup = await stocked(inventory, 7), await stocked(inventory, 7)
    counts = (Count(sku=tea, units_on_hand=1), Count(sku=cup, units_on_hand=-1))

    with pytest.raises(UnfitCount):
        await inventory.set_stock(SetStock(counts=counts))

    found = await inventory.find_stock(FindStock(skus=(tea, cup)))
    assert [stock.units_on_hand for stock in found.items] == [7, 7]


async def test_reserves_once_however_often_asked(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    message = wanted(tea, 3)

    for _ in range(2):
        reserved = await inventory.reserve(message)

        assert reserved == Reserved(attempt_id=message.attempt_id, lines=message.lines)
        assert await held(inventory, tea) == [3]


async def test_refuses_other_lines_for_the_same_attempt(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    message = wanted(tea, 1)
    await inventory.reserve(message)

    with pytest.raises(OtherLinesReserved):
        await inventory.reserve(wanted(tea, 2, attempt=message.attempt_id))

    assert await held(inventory, tea) == [1]


async def test_lines_of_one_sku_are_counted_together_and_all_held_or_none(
    inventory: Inventory,
) -> None:
    tea, cup = await stocked(inventory), await stocked(inventory)
    lines = (a_line(tea, 3), a_line(cup, 1), a_line(tea, 3))

    with pytest.raises(OutOfStock) as refused:
        await inventory.reserve(Reserve(attempt_id=an_attempt(), lines=lines))

    assert (refused.value.sku, refused.value.units_available) == (tea, 5)
    assert await held(inventory, tea, cup) == [0, 0]


async def test_more_than_any_quantity_can_be_is_out_of_stock(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    lines = (a_line(tea, 1_000_000), a_line(tea, 1_000_000))

    with pytest.raises(OutOfStock):
        await inventory.reserve(Reserve(attempt_id=an_attempt(), lines=lines))


async def test_can_be_asked_again_after_a_refusal(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    other, message = wanted(tea, 3), wanted(tea, 3)
    await inventory.reserve(other)
    with pytest.raises(OutOfStock):
        await inventory.reserve(message)

    await inventory.release(Release(attempt_id=other.attempt_id))

    assert (await inventory.reserve(message)).lines == message.lines


async def test_refuses_an_unknown_sku(inventory: Inventory) -> None:
    tea = await stocked(inventory)

    for unknown in (a_sku(), Sku("T" * 500)):
        with pytest.raises(UnknownSku):
            await inventory.reserve(
                Reserve(attempt_id=an_attempt(), lines=(a_line(tea), a_line(unknown)))
            )

    assert await held(inventory, tea) == [0]


async def test_releases_once_however_often_asked(inventory: Inventory) -> None:
    tea = await stocked(inventory)
    message = wanted(tea, 3)
    await inventory.reserve(wanted(tea, 1))
    await inventory.reserve(message)

    for _ in range(2):
        released = await inventory.release(Release(attempt_id=message.attempt_id))
        assert released == Released(attempt_id=message.attempt_id)
        assert await held(inventory, tea) == [1]


@pytest.mark.parametrize("was_held", [True, False])
async def test_refuses_to_reserve_what_was_released(
    inventory: Inventory, *, was_held: bool
) -> None:
    tea = await stocked(inventory)
    message = wanted(tea, 3)
    if was_held:
        await inventory.reserve(message)
    for _ in range(2):
        await inventory.release(Release(attempt_id=message.attempt_id))

    with pytest.raises(AlreadyReleased):
        await inventory.reserve(message)

    assert await held(inventory, tea) == [0]


async def test_refuses_to_release_what_an_order_stands_on(
    inventory: Inventory, begin: Begin
) -> None:
    tea = await stocked(inventory)
    message = wanted(tea, 3)
    await inventory.reserve(message)

    async def allocate() -> None:
        async with begin() as shelves:
            event = placed(message.attempt_id, an_order(), *message.lines)
            await AllocateStock()(shelves, event)

    await again(allocate)

    with pytest.raises(AlreadyAllocated):
        await inventory.release(Release(attempt_id=message.attempt_id))
    assert (await inventory.reserve(message)).lines == message.lines
    (stock,) = (await inventory.find_stock(FindStock(skus=(tea,)))).items
    assert (stock.units_held, stock.units_allocated, stock.units_available) == (0, 3, 2)


async def outcomes(inventory: Inventory, messages: list[Reserve]) -> Counter[str]:
    with carrying(Envelope.opened(actor="crowd", seconds=20)):
        asked = (inventory.reserve(message) for message in messages)
        said = await gather(*asked, return_exceptions=True)
    return Counter(type(outcome).__name__ for outcome in said)


async def test_ten_of_thirty_two_get_the_ten_there_are(inventory: Inventory) -> None:
    tea = await stocked(inventory, 10)
    crowd = [wanted(tea) for _ in range(32)]

    assert await outcomes(inventory, crowd) == {"Reserved": 10, "OutOfStock": 22}
    assert await held(inventory, tea) == [10]


async def test_who_wants_two_things_in_any_order_meets_no_deadlock(inventory: Inventory) -> None:
    tea, cup = await stocked(inventory, 10), await stocked(inventory, 10)
    orders = [(a_line(tea), a_line(cup)), (a_line(cup), a_line(tea))]
    crowd = [Reserve(attempt_id=an_attempt(), lines=orders[n % 2]) for n in range(32)]

    assert await outcomes(inventory, crowd) == {"Reserved": 10, "OutOfStock": 22}
    assert await held(inventory, tea, cup) == [10, 10]


async def test_one_attempt_asked_for_many_times_at_once_holds_once(inventory: Inventory) -> None:
    tea = await stocked(inventory, 10)
    everything = wanted(tea, 10)

    assert await outcomes(inventory, [everything] * 8) == {"Reserved": 8}
    assert await held(inventory, tea) == [10]
