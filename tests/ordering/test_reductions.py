"""What comes off an order as a whole, or off its delivery: told beside the price, and kept with it."""

from uuid import uuid4

import pytest

from domain.contracts.ordering import FindCheckout, FindOrder, OrderLine, Total
from domain.contracts.pricing import Discount, Pricing, PutRules
from domain.ordering.taking_back import paid_by_line
from domain.shared.values import Sku
from tests.conftest import KeptHouse
from tests.ordering.shelf import Shelf, complete, order_of


def a_line(line_id: str, total: int) -> OrderLine:
    return OrderLine(
        line_id=line_id,
        sku=Sku("tea"),
        title="Tea",
        unit_price=total,
        units_ordered=1,
        units=1,
        units_fulfilled=0,
        subtotal=total,
        discount=0,
        total=total,
    )


@pytest.mark.ucp("DSC-8", "TOT-5", "ORD-13")
async def test_what_falls_on_no_line_is_told_beside_the_price(house: KeptHouse) -> None:
    """A-24: delivery is shown in full, and what comes off it as a discount."""
    shelf, name = await Shelf.stocked(house), uuid4().hex
    order = Discount(
        code=f"o{name}", kind="fixed_amount", value=1000, title="Ten off", target="order"
    )
    post = Discount(
        code=f"s{name}", kind="percentage", value=100, title="Free post", target="shipping"
    )
    await house.contract(Pricing).put_rules(PutRules(discounts=(order, post)))
    checkout = await shelf.created(2)
    wanted = shelf.update(checkout, 2, codes=(f"o{name}", f"s{name}"))
    await shelf.ordering.update_checkout(wanted)

    details = await shelf.ordering.find_checkout(FindCheckout(checkout_id=checkout))
    placed = order_of(await shelf.ordering.complete_checkout(complete(checkout)))
    found = await shelf.ordering.find_order(FindOrder(order_id=placed))

    assert [(entry.kind, entry.text, entry.amount) for entry in details.totals] == [
        ("subtotal", "Subtotal", 7000),
        ("discount", "Ten off", -1000),
        ("fulfillment", "Standard Shipping", 500),
        ("discount", "Free post", -500),
        ("total", "Total", 6000),
    ]
    off_order, off_post = details.discounts
    assert off_order.allocations == ()
    assert [(a.group_id, a.amount) for a in off_post.allocations] == [("group_1", 500)]
    assert found.totals == details.totals
    assert [(line.discount, line.total) for line in found.lines] == [(0, 7000)]


def test_what_came_off_the_order_is_not_paid_back_and_what_came_off_delivery_is_no_part_of_it() -> (
    None
):
    lines = (a_line("a", 3000), a_line("b", 1000))
    totals = (
        Total(kind="subtotal", amount=4000, text="Subtotal"),
        Total(kind="discount", amount=-1001, text="Off"),
        Total(kind="fulfillment", amount=500, text="Post"),
        Total(kind="discount", amount=-500, text="Free post", is_for_delivery=True),
        Total(kind="total", amount=2999, text="Total"),
    )

    assert paid_by_line(lines, totals) == {"a": 2249, "b": 750}
