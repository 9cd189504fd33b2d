"""Whose checkouts and orders are, once buyers let clients speak in their name (UCP SEC-3, ORD-16)."""

from typing import Any
from uuid import uuid4

import pytest

from domain.contracts.customers import CustomerDetails, Customers, PutCustomers, StoredAddress
from domain.contracts.ordering import (
    Buyer,
    CancelCheckout,
    CreateCheckout,
    FindCheckout,
    FindOrder,
    KnownBuyer,
    NotYourOrder,
    Ordering,
    UnknownCheckout,
    UpdateCheckout,
    WantedMethod,
)
from domain.ordering.order import Order
from domain.shared.values import CheckoutId, CustomerId, OrderId
from tests.conftest import KeptHouse
from tests.ordering.builders import HOME, NOW, a_checkout, an_attempt
from tests.ordering.shelf import Shelf, a_request, checkout_of, complete, order_of, told

JANE, JOHN = "jane's account", "john's account"
SHIPPING = (WantedMethod(kind="shipping"),)


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


@pytest.fixture
def ordering(shelf: Shelf) -> Ordering:
    return shelf.ordering


async def opened(shelf: Shelf, account: str | None, **message: Any) -> CheckoutId:
    request = a_request("create_checkout", **({"account": account} if account else {}))
    wanted = CreateCheckout(request=request, lines=shelf.lines(), **message)
    return checkout_of(await shelf.ordering.create_checkout(wanted))


async def bought(shelf: Shelf, account: str, email: str | None = None) -> OrderId:
    checkout = await opened(shelf, account)
    update = shelf.update(checkout, request=a_request("update_checkout", account=account))
    if email:
        update = shelf.update(checkout, buyer=Buyer(email=email))
    await shelf.ordering.update_checkout(update)
    return order_of(await shelf.ordering.complete_checkout(complete(checkout, account=account)))


def asking(order: OrderId | None = None, **changes: Any) -> FindOrder:
    known: dict[str, Any] = {"order_id": order or OrderId(uuid4()), "client": "platform:a"}
    return FindOrder(**{**known, **changes})


@pytest.mark.ucp("SEC-3")
@pytest.mark.parametrize(
    ("owner", "account", "client", "is_seen"),
    [
        (None, None, "platform:a", True),
        (None, JANE, "platform:a", True),
        (JANE, JANE, "platform:a", True),
        (JANE, None, "platform:a", True),
        (JANE, JOHN, "platform:a", False),
        (JANE, JANE, "platform:b", False),
        (None, JANE, "platform:b", False),
    ],
)
def test_who_sees_a_checkout(
    owner: str | None, account: str | None, client: str, *, is_seen: bool
) -> None:
    checkout = a_checkout(account=owner)

    assert checkout.is_seen_by(client, account) == is_seen


def test_whose_a_checkout_is_does_not_change_with_what_is_wanted() -> None:
    checkout = a_checkout()
    checkout.belong_to(JANE)

    checkout.belong_to(JOHN)
    checkout.belong_to(None)
    checkout.revise(a_checkout(account=JOHN).content, NOW)

    assert checkout.content.account == JANE


HERS: dict[str, Any] = {"account": JANE, "email": "JANE@example.com"}
ALL: dict[str, Any] = {"sees_all_of_buyer": True}


@pytest.mark.ucp("ORD-15", "ORD-16")
@pytest.mark.parametrize(
    ("owner", "asked", "is_seen"),
    [
        (None, {"client": None}, True),
        (None, {}, True),
        (JANE, {}, True),
        (JANE, {"account": JANE}, True),
        (JANE, {"account": JOHN}, False),
        (JANE, {"account": JOHN, "email": "john@example.com", **ALL}, False),
        (None, {"account": JOHN, **ALL}, True),
        (JANE, {"client": "platform:b"}, False),
        (JANE, {"client": "platform:b", **HERS}, False),
        (JANE, {"client": "platform:b", "account": JANE, **ALL}, True),
        (None, {"client": "platform:b", **HERS, **ALL}, True),
        ("an account she had before", {**HERS, **ALL}, True),
        (None, {"client": "platform:b", "account": JANE, **ALL}, False),
        (None, {"client": "platform:b", "account": JOHN, "email": "jane@example.co", **ALL}, False),
        (None, {"client": "platform:b", **ALL}, False),
    ],
)
def test_who_sees_an_order(owner: str | None, asked: dict[str, Any], *, is_seen: bool) -> None:
    """Its client, in the name of nobody or of its buyer; its buyer, by anybody who may."""
    checkout = a_checkout(account=owner)

    order = Order.placed(checkout, an_attempt(checkout), NOW)

    assert order.is_seen_by(asking(**asked)) == is_seen


def test_an_order_without_a_buyer_is_nobodys_by_mail() -> None:
    checkout = a_checkout(buyer=None)

    order = Order.placed(checkout, an_attempt(checkout), NOW)

    assert not order.is_seen_by(asking(client="platform:b", **HERS, **ALL))


async def test_a_checkout_of_one_buyer_is_not_there_for_another(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await opened(shelf, JANE)
    another = a_request("update_checkout", account=JOHN)

    with pytest.raises(UnknownCheckout):
        await ordering.find_checkout(
            FindCheckout(checkout_id=checkout, client="platform:a", account=JOHN)
        )
    with pytest.raises(UnknownCheckout):
        await ordering.update_checkout(shelf.update(checkout, request=another))
    with pytest.raises(UnknownCheckout):
        await ordering.complete_checkout(complete(checkout, account=JOHN))
    cancel = a_request("cancel_checkout", account=JOHN)
    with pytest.raises(UnknownCheckout):
        await ordering.cancel_checkout(CancelCheckout(request=cancel, checkout_id=checkout))
    for account in (JANE, None):
        message = FindCheckout(checkout_id=checkout, client="platform:a", account=account)
        assert (await ordering.find_checkout(message)).status == "incomplete"


async def test_a_checkout_is_the_buyers_who_touches_it_first(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await opened(shelf, None)

    request = a_request("update_checkout", account=JANE)
    await ordering.update_checkout(shelf.update(checkout, request=request))
    await ordering.update_checkout(shelf.update(checkout))

    with pytest.raises(UnknownCheckout):
        await ordering.complete_checkout(complete(checkout, account=JOHN))
    answer = await ordering.complete_checkout(complete(checkout, account=JANE))
    assert told(answer)["status"] == "completed"


async def test_a_checkout_that_is_only_completed_in_a_name_gives_an_order_in_it(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await shelf.ready()

    order = order_of(await ordering.complete_checkout(complete(checkout, account=JANE)))

    with pytest.raises(NotYourOrder):
        await ordering.find_order(asking(order, account=JOHN))
    assert (await ordering.find_order(asking(order, account=JANE))).order_id == order


async def test_a_buyers_orders_are_seen_by_whom_they_let_whoever_placed_them(
    ordering: Ordering, shelf: Shelf
) -> None:
    """ORD-15, ORD-16."""
    email = f"{uuid4().hex}@example.com"
    by_account, by_mail = await bought(shelf, JANE), await bought(shelf, JOHN, email=email)
    other: dict[str, Any] = {"client": "platform:b", "account": JANE, "email": email.upper()}

    for order in (by_account, by_mail):
        with pytest.raises(NotYourOrder):
            await ordering.find_order(asking(order, **other))
        found = await ordering.find_order(asking(order, **other, sees_all_of_buyer=True))
        assert found.order_id == order
    strange = asking(by_account, client="platform:b", account=JOHN, sees_all_of_buyer=True)
    with pytest.raises(NotYourOrder):
        await ordering.find_order(strange)


async def a_customer(house: KeptHouse) -> KnownBuyer:
    """Jane, who had something sent home."""
    name = uuid4().hex
    details = CustomerDetails(
        customer_id=CustomerId(name),
        email=f"{name}@example.com",
        first_name="Jane",
        addresses=(StoredAddress(address_id="home", address=HOME),),
    )
    await house.contract(Customers).put_customers(PutCustomers(customers=(details,)))
    return KnownBuyer(customer_id=details.customer_id, email=details.email)


async def test_a_known_buyer_need_not_say_who_and_where(
    house: KeptHouse, ordering: Ordering, shelf: Shelf
) -> None:
    known = await a_customer(house)

    checkout = await opened(shelf, JANE, known_buyer=known, methods=SHIPPING)

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    (method,) = found.methods or ()
    assert [(d.destination_id, d.address) for d in method.destinations] == [("home", HOME)]
    assert found.buyer == Buyer(email=known.email, first_name="Jane")


async def test_what_is_known_of_one_is_not_told_of_another(
    house: KeptHouse, ordering: Ordering, shelf: Shelf
) -> None:
    """Neither of whom the client names, nor of the buyer in whose name it speaks."""
    known, other = await a_customer(house), await a_customer(house)
    named = Buyer(email=other.email)

    checkout = await opened(shelf, JANE, known_buyer=known, buyer=named, methods=SHIPPING)

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    (method,) = found.methods or ()
    assert (method.destinations, found.buyer) == ((), named)


async def test_replacing_what_was_wanted_leaves_a_known_buyer_known(
    house: KeptHouse, ordering: Ordering, shelf: Shelf
) -> None:
    known = await a_customer(house)
    checkout = await opened(shelf, JANE)

    request = a_request("update_checkout", account=JANE)
    message = UpdateCheckout(
        request=request, checkout_id=checkout, lines=shelf.lines(), known_buyer=known
    )
    await ordering.update_checkout(message)

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert found.buyer == Buyer(email=known.email, first_name="Jane")


async def test_a_buyer_who_was_forgotten_is_known_by_mail_alone(
    ordering: Ordering, shelf: Shelf
) -> None:
    gone = KnownBuyer(customer_id=CustomerId(uuid4().hex), email="gone@example.com")

    checkout = await opened(shelf, JANE, known_buyer=gone, methods=SHIPPING)

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert found.buyer == Buyer(email=gone.email)
