"""How an order is told, from the moment it is placed."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.pages.happenings import TIMES
from app.pages.order_view import masked, view
from domain.contracts.ordering import (
    Adjustment,
    Buyer,
    FulfilmentEvent,
    LineUnits,
    OrderDetails,
    OrderLine,
    Total,
)
from domain.shared.ids import public
from domain.shared.values import AttemptId, CheckoutId, OrderId, Sku

NOW = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)


def a_line(**changes: Any) -> OrderLine:
    line = {"line_id": "line_1", "sku": Sku("roses"), "title": "Roses", "unit_price": 3500}
    units = {"units_ordered": 2, "units": 2, "units_fulfilled": 0}
    sums = {"subtotal": 7000, "discount": 0, "total": 7000}
    return OrderLine(**{**line, **units, **sums, **changes})


def an_order(**changes: Any) -> OrderDetails:
    order: dict[str, Any] = {
        "order_id": OrderId(uuid4()),
        "checkout_id": CheckoutId(uuid4()),
        "attempt_id": AttemptId(uuid4()),
        "client": "platform:a",
        "currency": "USD",
        "placed_at": NOW,
        "lines": (a_line(),),
        "totals": (Total(kind="total", amount=7000, text="Total"),),
        "buyer": Buyer(email="ada@example.com", first_name="Ada"),
    }
    return OrderDetails(**{**order, **changes})


def an_event(kind: str, units: int = 2, **changes: Any) -> FulfilmentEvent:
    lines = (LineUnits(line_id="line_1", units=units),)
    return FulfilmentEvent(
        **{"event_id": kind, "kind": kind, "occurred_at": NOW, "lines": lines, **changes}
    )


@pytest.mark.parametrize(
    ("order", "title"),
    [
        (an_order(), "Being prepared"),
        (an_order(lines=(a_line(units_fulfilled=1),)), "Partly on its way"),
        (an_order(lines=(a_line(units_fulfilled=2),)), "On its way"),
        (an_order(lines=(a_line(units=1, units_fulfilled=1),)), "On its way"),
        (
            an_order(lines=(a_line(units_fulfilled=2),), events=(an_event("delivered"),)),
            "Delivered",
        ),
        (
            an_order(lines=(a_line(units_fulfilled=2),), events=(an_event("delivered", 1),)),
            "On its way",
        ),
        (an_order(lines=(a_line(units=0),), is_cancelled=True), "Cancelled"),
        (an_order(lines=(a_line(units=0),)), "Nothing is left of this order"),
    ],
)
def test_how_far_an_order_is_is_told_in_a_word(order: OrderDetails, title: str) -> None:
    assert view(order).title == title


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("pending", "is being given back"),
        ("completed", "have your money back"),
        ("failed", "could not be given back"),
    ],
)
def test_who_cancelled_is_told_where_the_money_is(status: str, text: str) -> None:
    adjustment = Adjustment(
        adjustment_id="adj_1", kind="cancellation", status=status, occurred_at=NOW, amount=-7000
    )

    told = view(an_order(is_cancelled=True, adjustments=(adjustment,)))

    assert text in told.text
    assert told.adjustments[0].amount == "\N{MINUS SIGN}$70.00"


def test_what_happened_is_told_parcel_by_parcel_and_newest_first() -> None:
    later = NOW.replace(hour=13)
    told = view(
        an_order(
            events=(
                an_event("shipped", 1, tracking_number="A1", carrier="Post"),
                an_event("shipped", 1, event_id="2", tracking_number="B2"),
                an_event("in_transit", 1, tracking_number="A1", occurred_at=later),
            )
        )
    )

    assert [(parcel.title, parcel.number) for parcel in told.parcels] == [
        ("Post", "A1"),
        ("Parcel", "B2"),
    ]
    assert [event.title for event in told.parcels[0].events] == ["On its way", "Sent"]


def test_what_was_sent_without_a_number_is_a_parcel_each_time() -> None:
    parcels = [an_event("shipped", 1, event_id=public("par", uuid4())) for _ in range(2)]

    told = view(an_order(events=tuple(parcels)))

    assert [parcel.contents for parcel in told.parcels] == [(f"1 {TIMES} Roses",)] * 2


def test_what_a_partner_says_of_the_same_goods_is_one_parcel() -> None:
    later = NOW.replace(hour=13)
    told = view(
        an_order(
            events=(
                an_event("shipped", 1, carrier="Post"),
                an_event("shipped", 2, event_id="2", carrier="Post"),
                an_event("delivered", 1, carrier="Post", occurred_at=later),
            )
        )
    )

    assert [[event.title for event in parcel.events] for parcel in told.parcels] == [
        ["Delivered", "Sent"],
        ["Sent"],
    ]


def test_a_parcel_holds_whatever_any_of_its_events_names() -> None:
    pot = (LineUnits(line_id="line_2", units=1),)
    told = view(
        an_order(
            lines=(a_line(), a_line(line_id="line_2", title="Pot")),
            events=(
                an_event("shipped", tracking_number="A1"),
                an_event("in_transit", tracking_number="A1", lines=pot),
            ),
        )
    )

    (parcel,) = told.parcels
    assert set(parcel.contents) == {f"2 {TIMES} Roses", f"1 {TIMES} Pot"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://track.example/1", "https://track.example/1"),
        ("HTTP://track.example/1", "HTTP://track.example/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        (" javascript:alert(1)", None),
        ("//track.example", None),
        (None, None),
    ],
)
def test_a_tracking_address_that_is_none_is_no_link(url: str | None, shown: str | None) -> None:
    event = an_event("shipped", tracking_number="A1", tracking_url=url)

    assert view(an_order(events=(event,))).parcels[0].url == shown


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("ada@lovelace.example", "a•••@l•••"),
        ("a@example.com", "a•••@e•••"),
        ("@example.com", ""),
        ("no address", ""),
        (None, ""),
    ],
)
def test_of_an_email_only_as_much_is_told_as_its_owner_knows_it_by(
    email: str | None, shown: str
) -> None:
    assert masked(email) == shown
