"""Carts by contract: near, through the wire, and far (UCP section 12)."""

from asyncio import gather
from dataclasses import replace
from typing import Any

import pytest

from app.ucp.presentation import Presentation
from domain.contracts.notifications import ListDeliveries, Notifications
from domain.contracts.ordering import (
    Answer,
    Attribution,
    Buyer,
    BuyerContext,
    CancelCart,
    CancelCheckout,
    CartDetails,
    CreateCart,
    CreateCheckout,
    FindCart,
    FindCheckout,
    FindOrder,
    NotYourOrder,
    Ordering,
    UnknownCart,
    UnknownCheckout,
    UpdateCart,
)
from domain.shared.ids import from_public
from domain.shared.values import CartId
from tests.conftest import KeptHouse
from tests.ordering.shelf import Shelf, a_request, checkout_of, complete, order_of, told, until

NOBODY = "http://127.0.0.1:9/hooks"
"""Where nobody listens (RFC 863 did)."""
BUYER = Buyer(email="ada@example.org")


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


@pytest.fixture
def ordering(shelf: Shelf) -> Ordering:
    return shelf.ordering


def cart_of(answer: Answer) -> CartId:
    name = from_public("cart", told(answer)["id"])
    assert name, answer
    return CartId(name)


async def a_cart(shelf: Shelf, units: int = 2, **told_of: Any) -> CartId:
    message = CreateCart(request=a_request("create_cart"), lines=shelf.lines(units), **told_of)
    return cart_of(await shelf.ordering.create_cart(message))


async def found(shelf: Shelf, cart_id: CartId) -> CartDetails:
    return await shelf.ordering.find_cart(FindCart(cart_id=cart_id, client="platform:a"))


def of_cart(cart_id: CartId, **more: Any) -> CreateCheckout:
    """A checkout of a cart, which says other things too."""
    message = CreateCheckout(request=a_request("create_checkout"), lines=(), cart_id=cart_id)
    return replace(message, **more)


@pytest.mark.ucp("CAR-1", "CAR-7")
async def test_a_cart_is_replaced_as_a_whole(ordering: Ordering, shelf: Shelf) -> None:
    cart = await a_cart(shelf, buyer=BUYER, codes=("nothing-off",))
    request = a_request("update_cart")

    answer = await ordering.update_cart(
        UpdateCart(request=request, cart_id=cart, lines=shelf.lines(3))
    )

    details = await found(shelf, cart)
    assert (answer.code, details.buyer, details.codes) == (200, None, None)
    assert [(t.kind, t.amount) for t in details.totals] == [("subtotal", 10500), ("total", 10500)]


@pytest.mark.ucp("CAR-2", "CAR-3")
async def test_a_cart_that_is_cancelled_is_told_once_more(ordering: Ordering, shelf: Shelf) -> None:
    cart = await a_cart(shelf)
    message = CancelCart(request=a_request("cancel_cart"), cart_id=cart)

    answer = await ordering.cancel_cart(message)

    assert told(answer)["line_items"][0]["quantity"] == 2
    assert await ordering.cancel_cart(message) == answer
    with pytest.raises(UnknownCart):
        await found(shelf, cart)
    with pytest.raises(UnknownCart):
        await ordering.cancel_cart(replace(message, request=a_request("cancel_cart")))


@pytest.mark.ucp("IDM-3")
async def test_twenty_equal_requests_make_one_cart(ordering: Ordering, shelf: Shelf) -> None:
    message = CreateCart(request=a_request("create_cart"), lines=shelf.lines())

    first, *others = await gather(*(ordering.create_cart(message) for _ in range(20)))

    assert others == [first] * 19


@pytest.mark.ucp("CAR-9", "CAR-11", "DSC-13")
async def test_what_a_cart_has_is_carried_over(ordering: Ordering, shelf: Shelf) -> None:
    context = BuyerContext(address_country="US")
    cart = await a_cart(shelf, buyer=BUYER, context=context, codes=("nothing-off",))
    other = Buyer(email="somebody@example.org")

    message = of_cart(cart, lines=shelf.lines(9), buyer=other, codes=("another",))
    answer = await ordering.create_checkout(message)

    checkout = await ordering.find_checkout(FindCheckout(checkout_id=checkout_of(answer)))
    assert [line.quantity.units for line in checkout.lines] == [2]
    assert (checkout.buyer, checkout.context, checkout.codes) == (BUYER, context, ("nothing-off",))
    assert "discount_code_invalid" in [notice.code for notice in checkout.notices]


@pytest.mark.ucp("CAR-10")
async def test_one_cart_makes_one_checkout_whoever_asks_at_once(
    ordering: Ordering, shelf: Shelf
) -> None:
    cart = await a_cart(shelf)

    answers = await gather(*(ordering.create_checkout(of_cart(cart)) for _ in range(4)))

    assert len({checkout_of(answer) for answer in answers}) == 1
    assert sorted(answer.code for answer in answers) == [200, 200, 200, 201]


@pytest.mark.ucp("CAR-10")
async def test_a_cart_whose_checkout_was_given_up_makes_another(
    ordering: Ordering, shelf: Shelf
) -> None:
    cart = await a_cart(shelf)
    first = checkout_of(await ordering.create_checkout(of_cart(cart)))
    request = a_request("cancel_checkout")
    await ordering.cancel_checkout(CancelCheckout(request=request, checkout_id=first))

    again = await ordering.create_checkout(of_cart(cart))

    assert (again.code, checkout_of(again) == first) == (201, False)


@pytest.mark.ucp("CAR-12", "CAR-13")
async def test_a_cart_follows_its_checkout_until_it_is_bought(
    ordering: Ordering, shelf: Shelf
) -> None:
    cart = await a_cart(shelf)
    checkout = checkout_of(await ordering.create_checkout(of_cart(cart)))

    await ordering.update_checkout(shelf.update(checkout, units=5))

    assert [line.quantity.units for line in (await found(shelf, cart)).lines] == [5]
    assert told(await ordering.complete_checkout(complete(checkout)))["status"] == "completed"
    with pytest.raises(UnknownCart):
        await ordering.create_checkout(of_cart(cart))


@pytest.mark.ucp("CAR-12", "DSC-9", "MSG-6")
async def test_what_is_said_of_lines_and_codes_follows_them(
    ordering: Ordering, shelf: Shelf
) -> None:
    cart = await a_cart(shelf, codes=("nothing-off",))
    checkout = checkout_of(await ordering.create_checkout(of_cart(cart)))

    await ordering.update_checkout(shelf.update(checkout, units=11, codes=()))

    said = [(n.code, n.path) for n in (await found(shelf, cart)).notices]
    assert said == [("out_of_stock", "line_items[0].quantity")]


@pytest.mark.ucp("CAR-9", "WHK-1", "SEC-3")
async def test_a_cart_that_is_taken_to_a_checkout_in_nobodys_name_stays_its_buyers_and_platforms(
    ordering: Ordering, shelf: Shelf
) -> None:
    shown = Presentation(webhook_url=NOBODY).to_text()
    begun = a_request("create_cart", account="ada", presentation=shown)
    message = CreateCart(request=begun, lines=shelf.lines())
    cart = cart_of(await ordering.create_cart(message))
    later = a_request("update_cart", account="ada")
    await ordering.update_cart(UpdateCart(request=later, cart_id=cart, lines=shelf.lines()))

    checkout = checkout_of(await ordering.create_checkout(of_cart(cart)))

    with pytest.raises(UnknownCheckout):
        await ordering.find_checkout(
            FindCheckout(checkout_id=checkout, client="platform:a", account="bob")
        )
    await ordering.update_checkout(shelf.update(checkout))
    order = order_of(await ordering.complete_checkout(complete(checkout)))
    hers = FindOrder(order_id=order, account="ada", sees_all_of_buyer=True, client="another")
    assert (await ordering.find_order(hers)).order_id == order

    async def is_told() -> bool:
        told_of = ListDeliveries(order_id=order)
        page = await shelf.house.contract(Notifications).list_deliveries(told_of)
        return "webhook" in [delivery.kind for delivery in page.items]

    await until(is_told)


@pytest.mark.ucp("SEC-3", "CAR-5")
async def test_whoever_was_given_the_link_of_a_cart_learns_nothing_of_its_buyer(
    ordering: Ordering, shelf: Shelf
) -> None:
    jane = Buyer(first_name="Jane", email="jane@example.com")
    where = BuyerContext(address_country="US", postal_code="10001", intent="for my mother")
    begun = a_request("create_cart", account="ada")
    source = (Attribution(name="campaign", value="spring"),)
    message = CreateCart(
        request=begun, lines=shelf.lines(2), buyer=jane, context=where, attribution=source
    )
    cart = cart_of(await ordering.create_cart(message))
    hers = checkout_of(await ordering.create_checkout(of_cart(cart)))

    first, second = [
        checkout_of(await ordering.create_checkout(replace(of_cart(cart), by_link=True)))
        for _ in range(2)
    ]

    theirs = await ordering.find_checkout(FindCheckout(checkout_id=first, client="platform:a"))
    assert len({hers, first, second}) == 3
    assert [line.quantity.units for line in theirs.lines] == [2]
    assert (theirs.buyer, theirs.context) == (None, BuyerContext(address_country="US"))
    assert checkout_of(await ordering.create_checkout(of_cart(cart))) == hers
    await ordering.update_checkout(shelf.update(first))
    order = order_of(await ordering.complete_checkout(complete(first)))
    of_ada = FindOrder(order_id=order, account="ada", sees_all_of_buyer=True, client="another")
    with pytest.raises(NotYourOrder):
        await ordering.find_order(of_ada)
    placed = await ordering.find_order(FindOrder(order_id=order, client="platform:a"))
    assert placed.attribution == source
    assert (await found(shelf, cart)).cart_id == cart


@pytest.mark.ucp("SEC-3")
async def test_a_cart_is_for_its_client_and_its_buyer_alone(
    ordering: Ordering, shelf: Shelf
) -> None:
    cart = await a_cart(shelf)
    await ordering.update_cart(
        UpdateCart(
            request=a_request("update_cart", account="ada"), cart_id=cart, lines=shelf.lines()
        )
    )

    for stranger in (
        FindCart(cart_id=cart, client="platform:b"),
        FindCart(cart_id=cart, client="platform:a", account="bob"),
    ):
        with pytest.raises(UnknownCart):
            await ordering.find_cart(stranger)
    with pytest.raises(UnknownCart):
        await ordering.create_checkout(
            of_cart(cart, request=a_request("create_checkout", account="bob"))
        )
