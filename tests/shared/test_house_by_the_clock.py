"""What a house does by itself when its clock says that the time has come."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from dependency_injector import providers
from sqlalchemy import select

from app.container import Container
from app.house import House, opened
from app.settings import Settings
from domain.contracts.inventory import Count, Inventory, Line, Reserve, SetStock
from domain.contracts.notifications import (
    MERCHANT,
    CreateSubscription,
    ListDeliveries,
    Notifications,
)
from domain.contracts.ordering import (
    ApproveReturn,
    FindCart,
    FindCheckout,
    FindReturn,
    LineUnits,
    Ordering,
    RequestReturn,
    UnknownCart,
    UnknownCheckout,
)
from domain.contracts.payments import Authorise, Payments
from domain.ordering.cart import LIFETIME as CART_LIFETIME
from domain.ordering.cart import Cart
from domain.ordering.checkout import LIFETIME as CHECKOUT_LIFETIME
from domain.ordering.checkout import Checkout
from domain.shared.ids import public, uuid7
from domain.shared.values import AttemptId, CartId, CheckoutId, Quantity
from infrastructure.notifications.tables import deliveries
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.ordering.tables import carts
from infrastructure.shared.database.engines import transaction
from tests.conftest import Shared, a_shop
from tests.engines import Databases
from tests.logged import logged
from tests.ordering.builders import NOW, ROSES, a_content
from tests.ordering.shelf import until
from tests.ordering.test_goods_return import an_order
from tests.payments.builders import Clock, an_instrument


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
async def house(
    tmp_path: Path,
    clock: Clock,
    with_tables: Callable[[str], Awaitable[Shared]],
    made: Databases,
) -> AsyncIterator[House]:
    url = made.copy((await with_tables("sqlite")).url, tmp_path)
    settings = a_shop(tmp_path, database_url=url)
    container = Container()
    container.clock.override(providers.Object(clock))
    async with opened(Settings(**settings), container) as house:
        yield house
        await house.stop(5)


async def an_approved_return(house: House) -> str:
    order, ordering = an_order(), house.contract(Ordering)
    engine = house.kept("ordering").engine
    async with partial(transaction, engine, SqlOrderBook)() as book:
        await book.save_order(order)
    line = LineUnits(line_id="line_1", units=1)
    wish = RequestReturn(order_id=order.order_id, key="r", lines=(line,))
    name = (await ordering.request_return(wish)).return_id
    await ordering.approve_return(ApproveReturn(return_id=name))
    return name


async def is_reminded(house: House) -> bool:
    async with house.kept("notifications").engine.connect() as connection:
        occasions = (await connection.execute(select(deliveries.c.occasion))).scalars()
        return "return_reminder" in occasions.all()


async def test_a_buyer_gets_a_letter_and_the_return_stands(house: House, clock: Clock) -> None:
    name = await an_approved_return(house)
    clock.pass_by(timedelta(days=8).total_seconds())

    house.start()

    await until(partial(is_reminded, house))
    found = await house.contract(Ordering).find_return(FindReturn(return_id=name))
    assert found.state == "approved"


async def test_a_return_of_which_nothing_came_ends(house: House, clock: Clock) -> None:
    name = await an_approved_return(house)
    clock.pass_by(timedelta(days=8).total_seconds())
    house.start()
    await until(partial(is_reminded, house))

    clock.pass_by(timedelta(days=24).total_seconds())
    next(one for one in house.kept("ordering").routines if one.name == "ordering returns").nudge()

    async def has_ended() -> bool:
        found = await house.contract(Ordering).find_return(FindReturn(return_id=name))
        return found.state == "cancelled"

    await until(has_ended)


async def test_a_merchant_is_told_of_money_that_is_held_for_a_few_days_more(
    house: House, clock: Clock
) -> None:
    order = replace(an_order(), attempt_id=AttemptId(uuid7(NOW)))
    async with partial(transaction, house.kept("ordering").engine, SqlOrderBook)() as book:
        await book.save_order(order)
    paid = Authorise(
        attempt_id=order.attempt_id,
        order_id=order.order_id,
        amount=order.total,
        instrument=an_instrument(),
    )
    await house.contract(Payments).authorise(paid)
    hook = "http://127.0.0.1:9/hooks"
    wish = CreateSubscription(key="k", target=hook, events=("order.payment_lapsing",))
    await house.contract(Notifications).create_subscription(wish)
    clock.pass_by(timedelta(days=6).total_seconds())

    house.start()

    async def is_told() -> bool:
        page = await house.contract(Notifications).list_deliveries(ListDeliveries())
        return [(one.kind, one.occasion) for one in page.items] == [
            (MERCHANT, "order.payment_lapsing")
        ]

    await until(is_told)


async def test_a_cart_whose_time_is_up_is_gone_before_it_is_deleted_and_after(
    house: House, clock: Clock
) -> None:
    cart = Cart.opened(CartId(uuid7(NOW)), "platform:a", a_content(), NOW)
    begin = partial(transaction, house.kept("ordering").engine, SqlOrderBook)
    async with begin() as book:
        await book.save_cart(cart)
    find = FindCart(cart_id=cart.cart_id, client="platform:a")
    ordering = house.contract(Ordering)
    assert (await ordering.find_cart(find)).cart_id == cart.cart_id

    clock.pass_by(CART_LIFETIME.total_seconds())
    with pytest.raises(UnknownCart):
        await ordering.find_cart(find)
    house.start()

    async def is_deleted() -> bool:
        async with house.kept("ordering").engine.connect() as connection:
            return not (await connection.execute(select(carts))).all()

    clock.pass_by(1)  # what is deleted is older
    await until(is_deleted)
    with pytest.raises(UnknownCart):
        await ordering.find_cart(find)


async def test_a_checkout_is_cancelled_when_its_time_is_up_and_deleted_long_after(
    house: House, clock: Clock
) -> None:
    checkout = Checkout.opened(CheckoutId(uuid7(NOW)), "platform:a", a_content(), NOW)
    begin = partial(transaction, house.kept("ordering").engine, SqlOrderBook)
    async with begin() as book:
        await book.save_checkout(checkout)
    find = FindCheckout(checkout_id=checkout.checkout_id, client="platform:a")
    ordering = house.contract(Ordering)
    house.start()

    clock.pass_by(CHECKOUT_LIFETIME.total_seconds())
    assert (await ordering.find_checkout(find)).status == "canceled"
    clock.pass_by(timedelta(days=91).total_seconds())
    next(one for one in house.kept("ordering").routines if one.name == "ordering purge").nudge()

    async def is_deleted() -> bool:
        with suppress(UnknownCheckout):
            return (await ordering.find_checkout(find)).status != "canceled"
        return True

    await until(is_deleted)


async def test_stock_that_is_held_for_too_long_raises_an_alarm(house: House, clock: Clock) -> None:
    inventory, attempt = house.contract(Inventory), AttemptId(uuid7(NOW))
    await inventory.set_stock(SetStock(counts=(Count(sku=ROSES, units_on_hand=3),)))
    line = Line(sku=ROSES, quantity=Quantity(1))
    await inventory.reserve(Reserve(attempt_id=attempt, lines=(line,)))
    clock.pass_by(301)

    with logged() as lines:
        house.start()

        async def is_told() -> bool:
            said = lines.getvalue()
            return "stock is held for too long" in said and public("att", attempt) in said

        await until(is_told)
