from copy import deepcopy
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.contracts.ordering import (
    Adjustment,
    AlreadyShipped,
    Destination,
    FulfilmentEvent,
    KeyReused,
    LineUnits,
    Method,
    MoreThanPaid,
    NothingToDeliver,
    OrderCancelled,
    OrderChanged,
    OrderPlaced,
    PlacedLine,
    RefundRequested,
    UnfitReport,
    UnfitRequest,
)
from domain.ordering.order import Order
from domain.shared.values import Address, Money, Quantity
from tests.ordering.builders import (
    HOME,
    NOW,
    ROSES,
    a_checkout,
    a_line,
    a_method,
    an_attempt,
    facts,
)

LATER = NOW + timedelta(hours=1)


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def an_order() -> Order:
    """Of two bouquets, for 75 dollars with shipping."""
    checkout = a_checkout()
    order = Order.placed(checkout, an_attempt(checkout), NOW)
    order.take_events()
    return order


def a_parcel(units: int, **changes: Any) -> FulfilmentEvent:
    event: dict[str, Any] = {
        "event_id": "parcel_1",
        "kind": "shipped",
        "occurred_at": LATER,
        "lines": (LineUnits(line_id="line_1", units=units),),
    }
    return FulfilmentEvent(**{**event, **changes})


@pytest.mark.ucp("CHK-26", "ORD-3", "ORD-5", "ORD-10")
def test_an_order_is_what_the_checkout_was() -> None:
    checkout = a_checkout(lines=(a_line(), a_line(line_id="line_2")), undelivered=("line_2",))
    attempt = an_attempt(checkout)

    order = Order.placed(checkout, attempt, NOW)

    assert order.order_id == attempt.order_id
    assert [(line.units_ordered, line.units, line.units_fulfilled) for line in order.lines] == [
        (2, 2, 0),
        (2, 2, 0),
    ]
    (promise,) = order.expectations
    assert (promise.destination, promise.description) == (HOME, "Standard Shipping")
    assert promise.lines == (LineUnits(line_id="line_1", units=2),)
    assert facts(order) == [
        OrderPlaced(
            order_id=order.order_id,
            checkout_id=checkout.checkout_id,
            attempt_id=attempt.attempt_id,
            client="platform:a",
            total=usd(7500),
            lines=(
                PlacedLine(line_id="line_1", sku=ROSES, quantity=Quantity(2)),
                PlacedLine(line_id="line_2", sku=ROSES, quantity=Quantity(2), needs_delivery=False),
            ),
            buyer=checkout.content.buyer,
            destination=HOME,
        )
    ]


@pytest.mark.parametrize(
    ("undelivered", "is_told"), [(("line_1", "line_2"), True), (("line_2",), False)]
)
def test_an_order_of_which_nothing_is_delivered_says_so(
    undelivered: tuple[str, ...], *, is_told: bool
) -> None:
    lines = (a_line(), a_line(line_id="line_2"))
    checkout = a_checkout(lines=lines, undelivered=undelivered)

    order = Order.placed(checkout, an_attempt(checkout), NOW)

    told = NothingToDeliver(order_id=order.order_id, attempt_id=order.attempt_id)
    assert (told in facts(order)) == is_told


def test_where_goods_are_collected_is_no_address_of_the_buyer() -> None:
    shop = Destination(
        destination_id="shop", name="The shop", address=Address(address_country="US")
    )
    collected = a_method(
        kind="pickup", line_ids=("line_1",), destinations=(shop,), selected_destination_id="shop"
    )
    sent = a_method(line_ids=("line_2",))
    lines = (a_line(), a_line(line_id="line_2"))

    def told(*methods: Method) -> Address | None:
        checkout = a_checkout(lines=lines, methods=methods)
        (placed,) = facts(Order.placed(checkout, an_attempt(checkout), NOW))
        assert isinstance(placed, OrderPlaced)
        return placed.destination

    assert (told(collected), told(collected, sent)) == (None, HOME)


@pytest.mark.ucp("ORD-2", "ORD-7", "ORD-9")
def test_cancelling_takes_every_line_back_once_and_promises_the_money() -> None:
    order = an_order()

    order.cancel("key", "changed my mind", LATER)
    order.cancel("other key", "again", LATER)

    assert order.is_cancelled
    assert [(line.units_ordered, line.units) for line in order.lines] == [(2, 0)]
    (adjustment,) = order.adjustments
    assert (adjustment.kind, adjustment.status, adjustment.amount) == (
        "cancellation",
        "pending",
        -7500,
    )
    assert facts(order) == [
        OrderCancelled(
            order_id=order.order_id,
            attempt_id=order.attempt_id,
            key=adjustment.adjustment_id,
            total=usd(7500),
        )
    ]


def test_a_key_that_asked_for_something_else_is_refused() -> None:
    order = an_order()
    order.refund("a", usd(500), "late", LATER)
    other = an_order()
    other.cancel("c", "changed my mind", LATER)
    before = deepcopy(order), deepcopy(other)

    for wish in (
        partial(order.refund, "a", usd(501), "late", LATER),
        partial(order.refund, "a", usd(500), "", LATER),
        partial(order.cancel, "a", "late", LATER),
        partial(other.cancel, "c", "no reason", LATER),
        partial(other.refund, "c", usd(7500), "changed my mind", LATER),
    ):
        with pytest.raises(KeyReused):
            wish()

    assert (order, other) == before


def test_staff_notes_what_it_read_and_nothing_that_is_older() -> None:
    order = an_order()
    order.version = 3

    order.remember("ring twice", 3)
    with pytest.raises(OrderChanged) as refused:
        order.remember("ring once", 2)
    with pytest.raises(UnfitRequest):
        order.remember("x" * 4001, None)

    assert (order.staff_note, refused.value.version) == ("ring twice", 3)


def test_how_an_order_stands_in_a_word() -> None:
    order = an_order()
    said = [(order.status, order.details().delivery)]

    order.note(a_parcel(1))
    said.append((order.status, order.details().delivery))
    order.note(a_parcel(1, event_id="parcel_2"))
    order.note(a_parcel(2, event_id="there", kind="delivered", occurred_at=LATER + timedelta(1)))
    said.append((order.status, order.details().delivery))
    cancelled = an_order()
    cancelled.cancel("key", "", LATER)
    said.append((cancelled.status, cancelled.details().delivery))

    assert said == [
        ("open", "pending"),
        ("partially_shipped", "shipped"),
        ("shipped", "delivered"),
        ("cancelled", "pending"),
    ]


def test_how_far_money_went_back_in_a_word() -> None:
    order = an_order()
    said = [order.details().refund]

    for key, amount, is_done in (("a", 500, False), ("b", 500, True), ("c", 7000, True)):
        order.refund(key, usd(amount), "", LATER)
        said.append(order.details().refund)
        order.settle(order.adjustments[-1].adjustment_id, is_done=is_done)
        said.append(order.details().refund)

    assert said == ["none", "pending", "failed", "pending", "partial", "pending", "full"]


def test_what_has_left_is_not_cancelled() -> None:
    order = an_order()
    order.note(a_parcel(1))
    before = deepcopy(order)

    with pytest.raises(AlreadyShipped):
        order.require_cancellable()

    assert order == before


def test_a_refund_is_promised_once_for_each_key() -> None:
    order = an_order()

    order.refund("a", usd(500), "late", LATER)
    order.refund("a", usd(500), "late", LATER)
    order.refund("b", usd(500), "late again", LATER)

    assert [(a.amount, a.status) for a in order.adjustments] == [(-500, "pending")] * 2
    events = facts(order)
    assert [e.amount for e in events if isinstance(e, RefundRequested)] == [usd(500)] * 2
    assert order.refundable == usd(6500)


@pytest.mark.parametrize("amount", [usd(0), usd(-1), Money(1, "EUR")])
def test_what_is_no_amount_to_refund_makes_no_sense(amount: Money) -> None:
    order = an_order()
    order.refund("a", usd(500), "", LATER)
    before = deepcopy(order)

    with pytest.raises(UnfitRequest):
        order.refund("b", amount, "", LATER)

    assert order == before


def test_no_more_is_refunded_than_was_paid() -> None:
    order = an_order()
    order.refund("a", usd(500), "", LATER)
    before = deepcopy(order)

    with pytest.raises(MoreThanPaid) as refused:
        order.refund("b", usd(7001), "", LATER)

    assert refused.value.left == usd(7000)
    assert order == before


def test_a_refund_that_failed_can_be_promised_again() -> None:
    order = an_order()
    order.refund("a", usd(7500), "", LATER)
    (adjustment,) = order.adjustments

    order.settle(adjustment.adjustment_id, is_done=False)

    assert order.adjustments[0].status == "failed"
    assert order.refundable == usd(7500)


@pytest.mark.ucp("ORD-4", "ORD-6")
def test_parcels_are_noted_once_and_units_counted() -> None:
    order = an_order()

    order.note(a_parcel(1))
    order.note(a_parcel(1))
    assert order.lines[0].units_fulfilled == 1

    order.note(a_parcel(1, event_id="parcel_2"))
    assert order.lines[0].units_fulfilled == 2
    assert [event.event_id for event in order.events] == ["parcel_1", "parcel_2"]


def test_what_is_only_on_its_way_counts_no_units() -> None:
    order = an_order()

    order.note(a_parcel(2, kind="in_transit"))

    assert order.lines[0].units_fulfilled == 0


def an_adjustment(**changes: Any) -> Adjustment:
    told: dict[str, Any] = {"kind": "return", "status": "pending", "occurred_at": LATER}
    return Adjustment(**{"adjustment_id": "adj_1", **told, **changes})


@pytest.mark.ucp("ORD-6", "ORD-8")
def test_a_partner_adds_and_updates_and_removes_nothing() -> None:
    order = an_order()
    order.report((a_parcel(2),), (an_adjustment(),))

    order.report((), (an_adjustment(status="completed"), an_adjustment(adjustment_id="adj_2")))

    assert [event.event_id for event in order.events] == ["parcel_1"]
    assert [(a.adjustment_id, a.status) for a in order.adjustments] == [
        ("adj_1", "completed"),
        ("adj_2", "pending"),
    ]


def test_a_partner_does_not_touch_the_money_that_was_promised_here() -> None:
    order = an_order()
    order.refund("a", usd(500), "late", LATER)
    (ours,) = order.adjustments
    forged = an_adjustment(adjustment_id=ours.adjustment_id, status="failed", amount=-1)
    grant = an_adjustment(kind="refund", amount=1_000_000)

    order.report(None, (forged, grant))

    assert ours in order.adjustments
    assert order.refundable == usd(7000)


@pytest.mark.parametrize(
    "changes", [{"status": "perhaps"}, {"lines": (LineUnits(line_id="no_such", units=-1),)}]
)
def test_a_report_that_makes_no_sense_changes_nothing(changes: dict[str, Any]) -> None:
    order = an_order()
    order.report((a_parcel(1),), None)
    before = deepcopy(order)

    with pytest.raises(UnfitReport):
        order.report((a_parcel(1, event_id="parcel_2"),), (an_adjustment(**changes),))

    assert order == before
