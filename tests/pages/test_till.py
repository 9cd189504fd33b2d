"""An order from a page, where somebody else is at the same checkout at the same moment."""

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from app.pages.form import Filled
from app.pages.paper import Paper
from app.pages.payment import MOCK, Payment
from app.pages.till import Till
from app.settings import Settings
from domain.contracts.ordering import (
    Answer,
    Buyer,
    BuyerContext,
    CompleteCheckout,
    Destination,
    FindCheckout,
    Ordering,
    UpdateCheckout,
)
from domain.shared.ids import public
from domain.shared.values import CheckoutId
from tests.conftest import KeptHouse
from tests.ordering.builders import HOME
from tests.ordering.shelf import Shelf
from tests.pages.shop import Form

BUYER = Buyer(email="ada@example.com")


@dataclass
class Overtaken:
    """Whoever completes a checkout here finds that another has changed it just before."""

    ordering: Ordering
    change: UpdateCheckout

    def __getattr__(self, call: str) -> Any:
        return getattr(self.ordering, call)

    async def complete_checkout(self, message: CompleteCheckout, /) -> Answer:
        await self.ordering.update_checkout(self.change)
        return await self.ordering.complete_checkout(message)


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


def a_till(ordering: Any) -> Till:
    return Till(cast(Ordering, ordering), Paper.of(Settings()), Payment((MOCK,)))


async def ready(shelf: Shelf) -> CheckoutId:
    checkout = await shelf.ready()
    await shelf.ordering.update_checkout(shelf.update(checkout, buyer=BUYER))
    return checkout


async def paid(shelf: Shelf, checkout: CheckoutId, change: UpdateCheckout) -> str:
    """Where a buyer is sent who pays what the page shows, while this change is made."""
    name = public("chk", checkout)
    shown = bytes((await a_till(shelf.ordering).show(name, "")).body).decode()
    filled = Filled({**Form(shown).fields, "do": "pay", "way": "success_token"})
    answer = await a_till(Overtaken(shelf.ordering, change)).change(name, filled)
    return answer.headers["location"]


async def test_a_total_that_was_not_shown_is_not_paid_however_late_it_changed(
    shelf: Shelf,
) -> None:
    checkout = await ready(shelf)

    location = await paid(shelf, checkout, shelf.update(checkout, units=2, buyer=BUYER))

    assert location.endswith("?told=total_changed")
    assert (await shelf.stock()).units_available == 10


async def test_an_address_that_was_not_shown_is_not_sent_to_however_late_it_changed(
    shelf: Shelf,
) -> None:
    checkout = await ready(shelf)
    change = shelf.update(checkout, buyer=BUYER)
    (method,) = change.methods or ()
    moved = replace(HOME, street_address="2 Side St")
    destinations = (Destination(destination_id="home", address=moved),)
    change = replace(change, methods=(replace(method, destinations=destinations),))

    location = await paid(shelf, checkout, change)

    assert location.endswith("?told=changed")
    assert (await shelf.stock()).units_available == 10


async def test_a_change_that_changes_nothing_is_in_nobodys_way(shelf: Shelf) -> None:
    checkout = await ready(shelf)
    found = await shelf.ordering.find_checkout(FindCheckout(checkout_id=checkout))
    lines = tuple(
        replace(wanted, line_id=line.line_id)
        for wanted, line in zip(shelf.lines(), found.lines, strict=True)
    )

    location = await paid(shelf, checkout, shelf.update(checkout, buyer=BUYER, lines=lines))

    assert location.startswith("/order/ord_")


async def test_goods_that_go_to_several_places_do_so_as_the_platform_said(shelf: Shelf) -> None:
    checkout = await ready(shelf)
    there = Destination(address=replace(HOME, street_address="2 Side St"))
    (method,) = shelf.update(checkout).methods or ()
    mine, hers = (replace(shelf.lines()[0], line_id=name) for name in ("mine", "hers"))
    both = (replace(method, line_ids=("mine",)), replace(method, destinations=(there,)))
    await shelf.ordering.update_checkout(
        shelf.update(checkout, lines=(mine, hers), methods=both, buyer=BUYER)
    )
    name, till = public("chk", checkout), a_till(shelf.ordering)
    shown = bytes((await till.show(name, "")).body).decode()

    await till.change(name, Filled({**Form(shown).fields, "do": "pay", "way": "success_token"}))

    found = await shelf.ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert found.status == "completed"
    streets = [d.address.street_address for m in found.methods or () for d in m.destinations]
    assert streets == ["123 Main St", "2 Side St"]


async def test_what_was_claimed_of_a_buyer_is_not_claimed_on_the_page(shelf: Shelf) -> None:
    checkout = await ready(shelf)
    context = BuyerContext(eligibility=("com.example.gold",), intent="a gift")
    await shelf.ordering.update_checkout(shelf.update(checkout, buyer=BUYER, context=context))
    name, till = public("chk", checkout), a_till(shelf.ordering)
    shown = bytes((await till.show(name, "")).body).decode()

    await till.change(name, Filled({**Form(shown).fields, "do": "save"}))

    assert "Please check" not in shown
    found = await shelf.ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert found.context == BuyerContext(intent="a gift")
