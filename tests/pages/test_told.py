"""What a checkout's page says is in the way."""

from typing import Any

from app.pages.told import mistakes
from domain.contracts.ordering import CheckoutDetails, Notice
from tests.ordering.builders import NOW, a_checkout

OPTION = "fulfillment.methods[0].groups[0].selected_option_id"
GONE = "The chosen delivery option is no longer available: choose another."


def a_notice(code: str, text: str, **changes: Any) -> Notice:
    return Notice(**{"kind": "error", "code": code, "text": text, "path": OPTION, **changes})


def with_notices(*notices: Notice) -> CheckoutDetails:
    return a_checkout(notices=notices).details(NOW)


def test_what_is_missing_is_told_once_the_buyer_goes_on() -> None:
    details = with_notices(a_notice("missing", "Choose a delivery option."))

    assert list(mistakes(details, goes_on=False)) == []
    assert list(mistakes(details, goes_on=True)) == [("option", "Choose a delivery option.")]


def test_one_cause_is_one_mistake() -> None:
    elsewhere = a_notice("missing", "Choose where.", path="fulfillment.methods")
    details = with_notices(
        a_notice("fulfillment_changed", GONE, kind="warning"),
        a_notice("missing", "Choose a delivery option."),
        elsewhere,
    )

    told = list(mistakes(details, goes_on=True))

    assert told == [("option", GONE), ("destination", "Choose where.")]
