"""Carts in the order book, on a real database."""

from copy import copy
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.ordering import Answer, BuyerContext, UnknownCart
from domain.ordering.cart import LIFETIME, Cart
from domain.ordering.checkout import Checkout
from domain.ordering.claim import Claim
from domain.ordering.ports import Begin
from domain.shared.model import Conflict
from domain.shared.values import CartId, CheckoutId
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.shared.database.engines import transaction
from tests.ordering.builders import NOW, a_checkout, a_content, a_request


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlOrderBook)


async def given(begin: Begin, checkout: Checkout) -> None:
    async with begin() as book:
        await book.save_checkout(checkout)


def a_cart() -> Cart:
    context = BuyerContext(address_country="US", eligibility=("com.example.gold",))
    content = a_content(methods=None, context=context, codes=("10OFF",), account="jane")
    return Cart.opened(CartId(uuid4()), "platform:a", content, NOW)


async def test_a_cart_comes_back_whole_and_changes_once(begin: Begin) -> None:
    cart = a_cart()
    async with begin() as book:
        await book.save_cart(cart)
    stale = copy(cart)
    cart.become(CheckoutId(uuid4()))
    cart.revise(replace(cart.content, codes=()), NOW + LIFETIME)

    async with begin() as book:
        await book.save_cart(cart)

    async with begin() as book:
        assert await book.cart(cart.cart_id) == cart
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.save_cart(stale)


async def test_a_request_finds_what_it_was_told_and_its_cart(begin: Begin) -> None:
    cart, request = a_cart(), a_request(operation="update_cart")
    claim = Claim(request=request, answer=Answer(code=200, body="{}"))
    async with begin() as book:
        assert await book.cart_standing(request, cart.cart_id) == replace(
            await book.cart_standing(request, None), cart=None
        )
        await book.save_cart(cart)
        await book.claim(claim, instead_of=None)

    async with begin() as book:
        standing = await book.cart_standing(request, cart.cart_id)

    assert (standing.cart, standing.claim) == (cart, claim)


@pytest.mark.ucp("CAR-13")
async def test_a_cart_that_was_bought_is_gone_whoever_changed_it_last(begin: Begin) -> None:
    cart = a_cart()
    async with begin() as book:
        await book.save_cart(cart)

    async with begin() as book:
        await book.close_cart(cart.cart_id)

    async with begin() as book:
        bought = await book.cart(cart.cart_id)
        with pytest.raises(UnknownCart):
            bought.require_there(None, None, NOW)
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.save_cart(cart)


@pytest.mark.ucp("CAR-3", "CAR-6")
def test_a_cart_is_there_until_its_time_is_up() -> None:
    cart = a_cart()

    cart.require_there("platform:a", "jane", NOW)

    with pytest.raises(UnknownCart):
        cart.require_there("platform:a", "jane", NOW + LIFETIME)


@pytest.mark.ucp("CAR-10")
async def test_a_conversion_that_breaks_off_has_changed_nothing(begin: Begin) -> None:
    cart, checkout = a_cart(), a_checkout()
    async with begin() as book:
        await book.save_cart(cart)
    claim = Claim(request=a_request(), answer=Answer(code=201, body="{}"))

    await given(begin, checkout)

    async def convert() -> None:
        async with begin() as book:
            await book.claim(claim, instead_of=None)
            cart.become(checkout.checkout_id)
            await book.save_cart(cart)
            await book.save_checkout(replace(checkout, version=0))  # there is one: it breaks off

    with pytest.raises(Conflict):
        await convert()

    async with begin() as book:
        assert (await book.cart(cart.cart_id)).checkout_id is None
        assert (await book.cart_standing(claim.request, None)).claim is None
