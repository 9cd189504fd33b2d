"""What need not be said of a buyer who lets a client know them."""

import pytest

from domain.contracts.customers import CustomerDetails
from domain.contracts.ordering import Buyer, KnownBuyer
from domain.ordering.who_buys import introduced, is_themselves
from domain.shared.values import CustomerId

JANE = CustomerDetails(
    customer_id=CustomerId("jane"), email="jane@example.com", first_name="Jane", last_name="Doe"
)
KNOWN = KnownBuyer(customer_id=JANE.customer_id, email="jane@example.com")


@pytest.mark.parametrize(
    ("buyer", "is_jane"),
    [
        (None, True),
        (Buyer(first_name="J."), True),
        (Buyer(email="jane@example.com"), True),
        (Buyer(email=" Jane@Example.com"), True),
        (Buyer(email="john@example.com"), False),
        (Buyer(email="jane@example.com.example"), False),
    ],
)
def test_a_buyer_is_themselves_unless_another_is_named(
    buyer: Buyer | None, *, is_jane: bool
) -> None:
    assert is_themselves(KNOWN, buyer) == is_jane


@pytest.mark.parametrize(
    ("buyer", "filled"),
    [
        (None, Buyer(email=KNOWN.email, first_name="Jane", last_name="Doe")),
        (
            Buyer(phone_number="+1"),
            Buyer(email=KNOWN.email, first_name="Jane", last_name="Doe", phone_number="+1"),
        ),
        (Buyer(first_name="Mrs D."), Buyer(email=KNOWN.email, first_name="Mrs D.")),
        (Buyer(email="JANE@example.com"), Buyer(email="JANE@example.com")),
    ],
)
def test_what_was_said_stays_and_what_was_not_is_filled_in(
    buyer: Buyer | None, filled: Buyer
) -> None:
    assert introduced(KNOWN, buyer, JANE) == filled


def test_whoever_was_forgotten_still_has_an_address_to_write_to() -> None:
    assert introduced(KNOWN, None, None) == Buyer(email=KNOWN.email)
