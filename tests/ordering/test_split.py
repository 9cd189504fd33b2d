"""Goods of one method that travel in several groups, and the ways that they could go otherwise."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import Fulfillment, PickupPlace, PutPickupPlaces
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.contracts.ordering import (
    Buyer,
    CheckoutDetails,
    CreateCheckout,
    Destination,
    FindCheckout,
    FindOrder,
    Group,
    Method,
    Ordering,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.ordering.delivery import choose
from domain.shared.values import Address, CheckoutId, Money, Quantity, Sku
from tests.conftest import KeptHouse
from tests.ordering.builders import HOME
from tests.ordering.shelf import RATE, Shelf, a_request, checkout_of, complete, order_of

STANDARD = WantedGroup(selected_option_id=RATE.rate_id)
SENT = WantedMethod(kind="shipping", destinations=(Destination(address=HOME),), groups=(STANDARD,))
SHOP = PickupPlace(
    place_id="shop", name="The shop", address=Address(street_address="Kai 1", address_country="US")
)
TREE = Sku(f"TREE-{uuid4().hex}")


@dataclass(frozen=True)
class Wanting:
    """A buyer of tea, and of a tree that travels in no parcel with anything else."""

    shelf: Shelf
    ordering: Ordering

    async def opened(self, *methods: WantedMethod, may_split: bool = True) -> CheckoutId:
        lines = (*self.shelf.lines(), WantedLine(sku=TREE, quantity=Quantity(1)))
        message = CreateCheckout(
            request=a_request("create_checkout"),
            lines=lines,
            buyer=Buyer(email="ada@example.org"),
            methods=methods,
            may_split=may_split,
        )
        return checkout_of(await self.ordering.create_checkout(message))

    async def found(self, checkout: CheckoutId) -> CheckoutDetails:
        return await self.ordering.find_checkout(FindCheckout(checkout_id=checkout))


@pytest.fixture
async def wanting(house: KeptHouse) -> AsyncIterator[Wanting]:
    shelf = await Shelf.stocked(house)
    tree = Variant(sku=TREE, title="Tree", prices=(Money(9000, "USD"),), ships_apart=True)
    product = ProductDetails(product_id=TREE, title="Tree", variants=(tree,))
    await house.contract(Catalog).put_products(PutProducts(products=(product,)))
    await house.contract(Inventory).set_stock(SetStock(counts=(Count(sku=TREE, units_on_hand=9),)))
    await house.contract(Fulfillment).put_pickup_places(PutPickupPlaces(places=(SHOP,)))
    yield Wanting(shelf, house.contract(Ordering))
    await house.contract(Fulfillment).put_pickup_places(PutPickupPlaces(places=()))


def only(details: CheckoutDetails) -> Method:
    (method,) = details.methods or ()
    return method


@pytest.mark.ucp("FUL-5", "FUL-6", "FUL-11", "FUL-12", "ORD-5")
async def test_what_ships_apart_is_a_group_with_a_choice_and_a_promise_of_its_own(
    wanting: Wanting,
) -> None:
    ordering = wanting.ordering
    checkout = await wanting.opened(SENT)

    half = await wanting.found(checkout)
    await ordering.update_checkout(
        wanting.shelf.update(
            checkout,
            lines=tuple(
                WantedLine(sku=line.sku, quantity=line.quantity, line_id=line.line_id)
                for line in half.lines
            ),
            methods=(
                replace(
                    SENT,
                    groups=tuple(
                        replace(STANDARD, group_id=group.group_id)
                        for group in reversed(only(half).groups)
                    ),
                ),
            ),
        )
    )
    answer = await ordering.complete_checkout(complete(checkout))

    assert [group.line_ids for group in only(half).groups] == [("line_1",), ("line_2",)]
    assert [n.path for n in half.notices] == ["fulfillment.methods[0].groups[1].selected_option_id"]
    order = await ordering.find_order(FindOrder(order_id=order_of(answer)))
    paid = [total.amount for total in order.totals if total.kind == "fulfillment"]
    assert paid == [500, 500]
    promised = [(e.destination, [u.line_id for u in e.lines]) for e in order.expectations]
    assert promised == [(HOME, ["line_1"]), (HOME, ["line_2"])]


@pytest.mark.ucp("FUL-6")
async def test_who_knows_of_one_group_alone_gets_one(wanting: Wanting) -> None:
    checkout = await wanting.opened(SENT, may_split=False)

    answer = await wanting.ordering.complete_checkout(complete(checkout))

    (group,) = only(await wanting.found(checkout)).groups
    assert group.line_ids == ("line_1", "line_2")
    order = await wanting.ordering.find_order(FindOrder(order_id=order_of(answer)))
    assert [t.amount for t in order.totals if t.kind == "fulfillment"] == [500]
    assert len(order.expectations) == 1


@pytest.mark.ucp("FUL-10")
async def test_what_is_sent_could_be_collected_and_the_other_way_round(wanting: Wanting) -> None:
    collected = WantedMethod(kind="pickup", selected_destination_id="shop")

    sent = await wanting.found(await wanting.opened(SENT))
    fetched = await wanting.found(await wanting.opened(collected))

    (pickup,), (shipping,) = sent.alternatives, fetched.alternatives
    assert (pickup.kind, pickup.line_ids, pickup.fulfillable_on) == (
        "pickup",
        ("line_1", "line_2"),
        "now",
    )
    assert pickup.text == "Tea and Tree can now be picked up at The shop."
    assert (shipping.kind, shipping.line_ids) == ("shipping", ("line_1", "line_2"))
    assert shipping.text == "Tea and Tree can now be shipped to an address of your choice."
    assert [len(group.line_ids) for group in only(fetched).groups] == [2]


@pytest.mark.ucp("FUL-5", "FUL-6")
def test_groups_keep_their_names_and_what_is_chosen_when_lines_come_and_go() -> None:
    def chosen(known: Method | None, *lines: str, wanted: WantedMethod | None) -> Method:
        (method,) = (
            choose(
                (wanted,) if wanted else None,
                known=(known,) if known else None,
                stored=(),
                line_ids=lines,
                is_merge=known is not None,
                apart=("tree",),
            ).methods
            or ()
        )
        return method

    both = replace(SENT, groups=(STANDARD, WantedGroup(selected_option_id="van")))
    first = chosen(None, "tea", "tree", wanted=both)
    alone = chosen(first, "tree", wanted=None)
    again = chosen(alone, "tree", "cup", wanted=WantedMethod(method_id="method_1"))

    tree = Group(group_id="group_1_apart", line_ids=("tree",), selected_option_id="van")
    assert first.groups == (
        Group(group_id="group_1", line_ids=("tea",), selected_option_id=RATE.rate_id),
        tree,
    )
    assert alone.groups == (tree,)
    assert again.groups == (Group(group_id="group_1", line_ids=("cup",)), tree)
