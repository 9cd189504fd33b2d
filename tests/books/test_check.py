"""Books of a whole shop held against one another, as they are and as they must not be."""

from asyncio import gather
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from sqlite3 import connect

import pytest

from app.house import House, opened
from app.settings import Settings
from domain.contracts.ordering import (
    ApproveReturn,
    CancelOrder,
    LineUnits,
    ReceivedLine,
    ReceiveReturn,
    RefundOrder,
    RefundReturn,
    RequestReturn,
)
from domain.shared.values import Money
from infrastructure.shared.migrations.tables import migrate
from tests.books.comparing import compared
from tests.conftest import KeptHouse, a_shop
from tests.ordering.shelf import Shelf, complete, until


@pytest.fixture(scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a shop in which everything happened that can happen to an order."""
    folder = tmp_path_factory.mktemp("played")
    settings = Settings(**a_shop(folder))
    await migrate(settings)
    async with opened(settings) as house:
        house.start()
        shelf = await Shelf.stocked(KeptHouse("near", settings.database_url, _near=house))
        await shelf.count(100)
        await everything(shelf)
        await until(agree(house))
        await house.stop(5)
    return folder


async def everything(shelf: Shelf) -> None:
    await shelf.ordered(2)
    await shelf.ordering.complete_checkout(complete(await shelf.ready(), "fail_token"))
    cancelled = await shelf.ordered()
    await shelf.ordering.cancel_order(CancelOrder(order_id=cancelled, key="c"))
    half = RefundOrder(order_id=await shelf.ordered(3), key="r", amount=Money(300, "USD"))
    await shelf.ordering.refund_order(half)
    await came_back(shelf)


async def came_back(shelf: Shelf) -> None:
    sent = await shelf.sent(2)
    line = sent.lines[0].line_id
    wish = RequestReturn(order_id=sent.order_id, key="w", lines=(LineUnits(line_id=line, units=1),))
    return_id = (await shelf.ordering.request_return(wish)).return_id
    await shelf.ordering.approve_return(ApproveReturn(return_id=return_id))
    came = (ReceivedLine(line_id=line, restocked=1),)
    await shelf.ordering.receive_return(ReceiveReturn(return_id=return_id, key="a", lines=came))
    await shelf.ordering.refund_return(RefundReturn(return_id=return_id, key="b"))


def agree(house: House) -> Callable[[], Awaitable[bool]]:
    async def do_agree() -> bool:
        found = await compared(house)
        return not (found.mistakes or found.under_way)

    return do_agree


@pytest.fixture
def shop(played: Path, tmp_path: Path) -> Settings:
    """That shop, to be broken; nothing goes on in it by itself."""
    copytree(played, tmp_path, dirs_exist_ok=True)
    return Settings(**a_shop(tmp_path))


@pytest.fixture
async def house(shop: Settings) -> AsyncIterator[House]:
    async with opened(shop) as house:
        yield house


def breaking(shop: Settings, *statements: str) -> None:
    with closing(connect(shop.database_url.partition("///")[2])) as connection, connection:
        for statement in statements:
            connection.execute(statement)


async def test_a_shop_in_which_everything_happened_agrees(house: House) -> None:
    found = await compared(house)

    assert (found.mistakes, found.under_way, found.moving) == ([], 0, 0)
    assert (found.compared, found.is_whole) == (5, True)


LOST = """
DELETE FROM ordering_order_lines
    WHERE order_id = (SELECT max(order_id) FROM ordering_orders WHERE status = 'open');
DELETE FROM ordering_attempts
    WHERE state = 'completed' AND order_id NOT IN (SELECT order_id FROM ordering_order_lines);
DELETE FROM ordering_orders WHERE order_id NOT IN (SELECT order_id FROM ordering_order_lines);
"""
STALLED = (
    "UPDATE ordering_attempts SET state = 'running', leased_until = '2026-01-01 00:00:00.000000'"
)
BROKEN = {
    "order_without_payment": ("DELETE FROM payments_operations", "DELETE FROM payments_payments"),
    "money_without_order": ("DELETE FROM ordering_order_lines", "DELETE FROM ordering_orders"),
    "stock_without_order": ("DELETE FROM ordering_order_lines", "DELETE FROM ordering_orders"),
    "attempt_without_order": ("DELETE FROM ordering_order_lines", "DELETE FROM ordering_orders"),
    "order_without_stock": (
        "DELETE FROM inventory_reservation_lines",
        "DELETE FROM inventory_reservations",
    ),
    "other_goods": ("UPDATE inventory_reservation_lines SET units = units + 1",),
    "other_amount": ("UPDATE payments_payments SET minor_units = minor_units + 1",),
    "stock_unallocated": ("UPDATE inventory_reservations SET state = 'held'",),
    "stock_unreturned": ("UPDATE inventory_reservations SET state = 'allocated'",),
    "refund_differs": ("UPDATE payments_operations SET state = 'failed' WHERE kind = 'refund'",),
    "order_unpaid": ("UPDATE payments_payments SET state = 'voided'",),
    "attempt_stalled": (STALLED,),
    "other_count": ("UPDATE inventory_items SET units_held = units_held + 1",),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_what_was_broken_is_named(shop: Settings, house: House, kind: str) -> None:
    breaking(shop, *BROKEN[kind])

    found = await compared(house)

    assert kind in {one.kind for one in found.mistakes}


async def test_one_shelf_that_counts_wrong_is_all_that_is_named(
    shop: Settings, house: House
) -> None:
    breaking(shop, "UPDATE inventory_items SET units_allocated = units_allocated + 1")

    (mistake,) = (await compared(house)).mistakes

    assert (mistake.kind, mistake.told) == (
        "other_count",
        "the shelf counts 0 held and 6 allocated, reservations 0 and 5",
    )


async def test_a_lost_order_is_named_by_all_that_was_promised_to_it(
    shop: Settings, house: House
) -> None:
    breaking(shop, *LOST.split(";"))

    found = await compared(house)

    assert [one.kind for one in found.mistakes] == ["money_without_order", "stock_without_order"]
    assert found.mistakes[0].told.endswith("of which 0 USD went back; no attempt is known")


async def test_no_mistake_is_seen_in_a_shop_that_sells(shop: Settings, house: House) -> None:
    house.start()
    shelf = await Shelf.stocked(KeptHouse("near", shop.database_url, _near=house))
    await shelf.count(100)

    async def buy() -> None:
        for _ in range(10):
            order_id = await shelf.ordered()
            await shelf.ordering.cancel_order(CancelOrder(order_id=order_id, key="c"))

    buying = gather(*(buy() for _ in range(4)))
    seen = []
    while not buying.done():
        seen.append(await compared(house, patience=timedelta(seconds=60)))
    await buying
    await until(agree(house))
    await house.stop(5)

    assert len(seen) > 1
    assert [found.mistakes for found in seen if found.mistakes] == []
    assert any(found.under_way and found.moving for found in seen)
