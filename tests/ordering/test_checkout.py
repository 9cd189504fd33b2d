from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.contracts.ordering import Buyer, CheckoutClosed, Destination, Notice, Total
from domain.ordering.checkout import LIFETIME, REVIEW, Checkout
from domain.shared.values import OrderId, Quantity
from tests.ordering.builders import (
    HOME,
    NOW,
    STANDARD,
    a_checkout,
    a_content,
    a_line,
    a_method,
    an_attempt,
)

MISSING = Notice(kind="error", code="missing", text="Where to?", severity="recoverable")
DECLINED = Notice(kind="error", code="payment_failed", text="No.", severity="recoverable")
(GROUP,) = a_method().groups
SLOWER = replace(STANDARD, title="Slower Shipping")
ELSEWHERE = Destination(destination_id="home", address=replace(HOME, street_address="2 Side St"))
EXPIRED_CODE = Notice(kind="warning", code="discount_code_expired", text="Too late.")


def a_closed(how: str) -> Checkout:
    checkout = a_checkout()
    if how == "cancelled":
        checkout.cancel(NOW)
        return checkout
    attempt = an_attempt(checkout)
    checkout.begin(attempt, NOW)
    if how == "completed":
        checkout.complete(attempt.order_id)
    return checkout


@pytest.mark.ucp("CHK-1")
def test_a_checkout_is_ready_when_nothing_is_in_the_way() -> None:
    assert a_checkout().status == "ready_for_complete"
    assert a_checkout(notices=(EXPIRED_CODE,)).status == "ready_for_complete"
    assert a_checkout(notices=(MISSING,)).status == "incomplete"


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "EUR"},
        {"lines": (a_line(quantity=Quantity(1)),)},
        {"lines": (a_line(title="Another bouquet"),)},
        {"totals": (Total(kind="total", amount=7501, text="Total"),)},
        {"buyer": Buyer(email="other@example.com")},
        {"methods": (a_method(destinations=(ELSEWHERE,)),)},
        {"methods": (a_method(groups=(replace(GROUP, options=(SLOWER,)),)),)},
    ],
)
def test_whatever_a_buyer_agrees_to_makes_another_deal(changes: dict[str, Any]) -> None:
    assert a_content(**changes).deal != a_content().deal


def test_what_is_offered_beside_it_makes_no_other_deal() -> None:
    other = Destination(destination_id="work", address=HOME)
    (method,) = a_content().methods or ()
    groups = (replace(GROUP, options=(*GROUP.options, replace(SLOWER, option_id="slower"))),)
    more = replace(method, destinations=(*method.destinations, other), groups=groups)

    offered = a_content(methods=(more,), notices=(EXPIRED_CODE,))

    assert offered.deal == a_content().deal


@pytest.mark.ucp("CHK-1")
def test_an_update_may_lead_back_and_forth() -> None:
    checkout = a_checkout()

    checkout.revise(a_content(notices=(MISSING,)), NOW)
    assert checkout.status == "incomplete"

    checkout.revise(a_content(), NOW)
    assert checkout.status == "ready_for_complete"


@pytest.mark.ucp("CHK-7", "CHK-8")
@pytest.mark.parametrize("how", ["cancelled", "in progress", "completed"])
def test_a_closed_checkout_changes_no_more(how: str) -> None:
    checkout = a_closed(how)
    before = deepcopy(checkout)

    changes: list[Callable[[], None]] = [
        lambda: checkout.revise(a_content(notices=(MISSING,)), NOW),
        lambda: checkout.cancel(NOW),
        lambda: checkout.begin(an_attempt(checkout), NOW),
    ]
    for change in changes:
        with pytest.raises(CheckoutClosed):
            change()

    assert checkout == before


def test_what_is_incomplete_is_not_begun() -> None:
    checkout = a_checkout(notices=(MISSING,))
    before = deepcopy(checkout)

    with pytest.raises(CheckoutClosed):
        checkout.begin(an_attempt(checkout), NOW)

    assert checkout == before


@pytest.mark.ucp("CHK-29")
def test_a_declined_payment_leaves_it_completable() -> None:
    checkout = a_checkout(notices=(EXPIRED_CODE,))
    checkout.begin(an_attempt(checkout), NOW)

    checkout.reopen((DECLINED,))

    assert checkout.status == "ready_for_complete"
    assert checkout.attempt_id is None
    assert checkout.content.notices == (DECLINED, EXPIRED_CODE)
    checkout.begin(an_attempt(checkout), NOW)


def test_a_shortage_found_by_an_attempt_makes_it_incomplete() -> None:
    checkout = a_checkout()
    checkout.begin(an_attempt(checkout), NOW)

    checkout.reopen((MISSING,))

    assert checkout.status == "incomplete"


@pytest.mark.ucp("CHK-10")
def test_what_nobody_finishes_in_six_hours_is_cancelled() -> None:
    checkout = a_checkout()
    last = NOW + LIFETIME - timedelta(microseconds=1)

    assert checkout.details(last).status == "ready_for_complete"
    assert checkout.details(NOW + LIFETIME).status == "canceled"
    with pytest.raises(CheckoutClosed):
        checkout.begin(an_attempt(checkout), NOW + LIFETIME)


def test_an_attempt_that_began_in_time_may_end_later() -> None:
    checkout = a_checkout()
    attempt = an_attempt(checkout)
    checkout.begin(attempt, NOW)

    checkout.complete(OrderId(attempt.order_id))

    assert checkout.details(NOW + LIFETIME).status == "completed"
    assert checkout.details(NOW).order_id == attempt.order_id


@pytest.mark.ucp("CHK-3", "MSG-3")
def test_what_the_buyer_must_look_over_is_completed_by_the_buyer_alone() -> None:
    review = Notice(kind="error", code="high_value_order", text="Look.", severity=REVIEW)
    checkout = a_checkout(notices=(review,))
    assert checkout.status == "requires_escalation"
    with pytest.raises(CheckoutClosed):
        checkout.begin(an_attempt(checkout), NOW)

    checkout.begin(an_attempt(checkout), NOW, is_by_buyer=True)
    checkout.reopen(())

    assert checkout.status == "requires_escalation"


@pytest.mark.ucp("CHK-1", "MSG-4")
def test_a_buyer_places_nothing_that_lacks_something_else() -> None:
    review = Notice(kind="error", code="high_value_order", text="Look.", severity=REVIEW)
    missing = Notice(kind="error", code="missing", text="Where?", severity="recoverable")
    checkout = a_checkout(notices=(review, missing))

    with pytest.raises(CheckoutClosed):
        checkout.begin(an_attempt(checkout), NOW, is_by_buyer=True)
