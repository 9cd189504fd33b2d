from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.fulfillment import (
    AlreadyCancelled,
    AlreadyLeft,
    KeyReused,
    MoreThanOrdered,
    ParcelShipped,
    Ship,
    UnfitParcel,
)
from domain.fulfillment.shipment import Shipment, require_fit
from tests.fulfillment.builders import NOW, an_order, placed, to_ship


def a_shipment(**units: int) -> Shipment:
    shipment = Shipment.opened(placed(an_order(), **units))
    assert shipment
    return shipment


def test_only_what_needs_delivery_is_shipped() -> None:
    assert Shipment.opened(placed(an_order(), ebook=1)) is None


def test_goods_leave_in_parcels_until_the_last_one() -> None:
    shipment = a_shipment(tea=3, cup=1)

    first = shipment.ship(to_ship(shipment.order_id, "first", tea=2), NOW)
    last = shipment.ship(to_ship(shipment.order_id, "last"), NOW)

    assert [(line.line_id, line.quantity.units) for line in first.lines] == [("tea", 2)]
    assert [(line.line_id, line.quantity.units) for line in last.lines] == [("tea", 1), ("cup", 1)]
    assert shipment.take_events() == [
        ParcelShipped(order_id=shipment.order_id, parcel=first, is_last=False),
        ParcelShipped(order_id=shipment.order_id, parcel=last, is_last=True),
    ]


def test_the_same_key_answers_the_same_parcel() -> None:
    shipment = a_shipment(tea=3)
    parcel = shipment.ship(to_ship(shipment.order_id, tea=2), NOW)
    before = deepcopy(shipment)

    assert shipment.ship(to_ship(shipment.order_id, tea=2), NOW) == parcel
    assert shipment == before


def test_all_that_was_left_is_asked_for_again_though_nothing_is_left_now() -> None:
    shipment = a_shipment(tea=3, cup=1)
    shipment.ship(to_ship(shipment.order_id, "first", tea=2), NOW)
    rest = shipment.ship(to_ship(shipment.order_id, "rest"), NOW)

    assert shipment.ship(to_ship(shipment.order_id, "rest"), NOW) == rest
    assert shipment.ship(to_ship(shipment.order_id, "rest", tea=1, cup=1), NOW) == rest


def test_the_key_of_one_parcel_does_not_send_another() -> None:
    shipment = a_shipment(tea=3)
    message = to_ship(shipment.order_id, tea=2)
    shipment.ship(message, NOW)
    before = deepcopy(shipment)

    for other in (
        to_ship(shipment.order_id, tea=1),
        to_ship(shipment.order_id),
        replace(message, tracking_number="T2"),
    ):
        with pytest.raises(KeyReused):
            shipment.ship(other, NOW)

    assert shipment == before


def test_lines_that_are_named_twice_are_counted_together() -> None:
    shipment = a_shipment(tea=3)
    (line,) = to_ship(shipment.order_id, tea=2).lines

    with pytest.raises(MoreThanOrdered) as refused:
        shipment.ship(Ship(order_id=shipment.order_id, key="k", lines=(line, line)), NOW)

    assert (refused.value.line_id, refused.value.units_left) == ("tea", 3)


def test_no_more_leaves_than_was_ordered() -> None:
    shipment = a_shipment(tea=3)
    shipment.ship(to_ship(shipment.order_id, tea=3), NOW)
    before = deepcopy(shipment)

    for too_much in (
        to_ship(shipment.order_id, "more", tea=1),
        to_ship(shipment.order_id, "rest"),
        to_ship(shipment.order_id, "other", pot=1),
    ):
        with pytest.raises(MoreThanOrdered):
            shipment.ship(too_much, NOW)

    assert shipment == before


@given(st.lists(st.integers(1, 4), max_size=8), st.integers(1, 12))
def test_parcels_never_add_up_to_more_than_was_ordered(wishes: list[int], ordered: int) -> None:
    shipment = a_shipment(tea=ordered)
    for number, units in enumerate(wishes):
        try:
            shipment.ship(to_ship(shipment.order_id, str(number), tea=units), NOW)
        except MoreThanOrdered:
            continue

    sent = sum(line.quantity.units for p in shipment.parcels for line in p.parcel.lines)
    assert sent == shipment.lines[0].units_shipped <= ordered


def test_a_cancelled_one_ships_nothing() -> None:
    shipment = a_shipment(tea=3)

    for _ in range(2):
        shipment.cancel()

    for cancelled in (shipment, Shipment.never(an_order())):
        with pytest.raises(AlreadyCancelled):
            cancelled.ship(to_ship(cancelled.order_id), NOW)


def test_what_has_left_is_not_cancelled() -> None:
    shipment = a_shipment(tea=3)
    shipment.ship(to_ship(shipment.order_id, tea=1), NOW)

    with pytest.raises(AlreadyLeft):
        shipment.cancel()

    assert not shipment.is_cancelled


WHOLE = Ship(
    order_id=an_order(),
    key="k",
    tracking_number="1Z",
    tracking_url="https://post.example/1Z",
    carrier="Post",
)


@pytest.mark.parametrize(
    "bad",
    [
        replace(WHOLE, key=""),
        replace(WHOLE, key="k" * 256),
        replace(WHOLE, tracking_number=" "),
        replace(WHOLE, tracking_url="javascript:alert(1)"),
        replace(WHOLE, tracking_url="https://" + "x" * 2000),
        replace(WHOLE, carrier="\n"),
    ],
)
def test_a_parcel_that_cannot_be_kept_is_refused(bad: Ship) -> None:
    require_fit(WHOLE)

    with pytest.raises(UnfitParcel):
        require_fit(bad)
