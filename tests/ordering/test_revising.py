"""What the client of an order is to hear of, and what it is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.contracts.ordering import Adjustment, FulfilmentEvent, LineUnits, OrderRevised
from domain.ordering.order import Order
from domain.shared.values import Money
from tests.ordering.builders import NOW, a_checkout, a_request, an_attempt

LATER = NOW + timedelta(hours=1)


def an_order(presentation: str | None = '{"base_url": "https://shop.example"}') -> Order:
    checkout = a_checkout()
    attempt = an_attempt(checkout, request=a_request(presentation=presentation or "{}"))
    order = Order.placed(checkout, attempt, NOW)
    order.presentation = presentation
    return order


def revisions(order: Order) -> list[OrderRevised]:
    return [event for event in order.take_events() if isinstance(event, OrderRevised)]


def parcel(kind: str = "shipped") -> FulfilmentEvent:
    lines = (LineUnits(line_id="line_1", units=2),)
    return FulfilmentEvent(event_id=kind, kind=kind, occurred_at=LATER, lines=lines)


def credit() -> Adjustment:
    return Adjustment(adjustment_id="c", kind="credit", status="completed", occurred_at=LATER)


def refunded(order: Order) -> None:
    order.refund("money", Money(100, "USD"), "", LATER)
    name = order.adjustments[-1].adjustment_id
    order.settle(name, is_done=True)
    order.settle(name, is_done=True)


@pytest.mark.ucp("WHK-3", "WHK-4", "ORD-1")
@pytest.mark.parametrize(
    ("change", "occasions"),
    [
        (lambda order: order.cancel("wish", "", LATER), ["cancelled"]),
        (lambda order: order.note(parcel()), ["shipped"]),
        (lambda order: (order.note(parcel()), order.note(parcel())), ["shipped"]),
        (refunded, ["refund_requested", "refunded"]),
        (lambda order: order.report((parcel("delivered"),), (credit(),)), ["delivered"]),
        (lambda order: order.report(None, (credit(),)), ["adjusted"]),
        (lambda order: order.report((parcel("payment_lapsing"),), None), ["adjusted"]),
        (lambda order: order.report((parcel("return_reminder"),), None), ["adjusted"]),
        (lambda order: order.report((parcel("placed"),), None), ["adjusted"]),
        (lambda order: order.report((parcel("refunded"),), None), ["adjusted"]),
        (lambda order: order.report((), ()), []),
        (lambda order: order.remember("a good customer", None), []),
        (lambda order: order.lose_capture("declined"), []),
    ],
)
def test_every_change_that_its_client_sees_is_told_once(
    change: Callable[[Order], object], occasions: list[str]
) -> None:
    order = an_order()
    (placed,) = revisions(order)
    order.staff_note = "a secret"

    change(order)

    told = revisions(order)
    assert placed.occasion == "placed"
    assert [one.occasion for one in told] == occasions
    as_it_stands = replace(order.details(), note="", trouble="")
    assert all(one.order == as_it_stands for one in told[-1:])
    assert all(one.presentation == order.presentation for one in told)


def test_of_an_order_from_before_nobody_is_told() -> None:
    order = an_order(presentation=None)
    order.take_events()

    order.cancel("wish", "", LATER)

    assert revisions(order) == []


@pytest.mark.ucp("WHK-1")
def test_what_is_finished_on_a_page_of_ours_is_told_to_the_platform_that_began_it() -> None:
    began = '{"webhook_url": "https://agent.example/hooks"}'
    checkout = a_checkout(presentation=began)
    checkout.revise(a_checkout().content, NOW)

    (placed,) = revisions(Order.placed(checkout, an_attempt(checkout), NOW))

    assert placed.presentation == began
