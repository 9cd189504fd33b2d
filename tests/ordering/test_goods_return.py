from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.ordering import (
    AlreadyCancelled,
    AlreadyShipped,
    FulfilmentEvent,
    GoodsNotReturned,
    GoodsReturned,
    LineUnits,
    MoreThanPaid,
    MoreThanSent,
    ReceivedLine,
    ReceiveReturn,
    RefundRequested,
    RefundReturn,
    RequestReturn,
    ReturnedUnits,
    ReturnStandsOtherwise,
    Total,
    UnfitRequest,
)
from domain.ordering.goods_return import Return, ReturnId, ReturnState, return_refunded_by
from domain.ordering.order import Order
from domain.shared.values import Money, Quantity, Sku
from tests.ordering.builders import NOW, ROSES, a_checkout, a_line, an_attempt, facts

POT = Sku("pot_ceramic")


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def an_order(**changes: Any) -> Order:
    """Two bouquets for 70 dollars and three pots for 10, taxed, sent: 87.50 with shipping."""
    checkout = a_checkout(
        lines=(
            a_line(tax=200),
            a_line(
                line_id="line_2",
                sku=POT,
                quantity=Quantity(3),
                unit_price=400,
                subtotal=1200,
                discount=200,
                total=1000,
                tax=50,
            ),
        ),
        totals=(
            Total(kind="subtotal", amount=8200, text="Subtotal"),
            Total(kind="items_discount", amount=-200, text="Discounts"),
            Total(kind="fulfillment", amount=500, text="Standard Shipping"),
            Total(kind="tax", amount=250, text="Tax"),
            Total(kind="total", amount=8750, text="Total"),
        ),
        **changes,
    )
    order = Order.placed(checkout, an_attempt(checkout), NOW)
    order.note(a_parcel(line_1=2, line_2=3))
    order.take_events()
    return order


def a_parcel(**units: int) -> FulfilmentEvent:
    lines = tuple(LineUnits(line_id=name, units=count) for name, count in units.items())
    return FulfilmentEvent(event_id=uuid4().hex, kind="shipped", occurred_at=NOW, lines=lines)


def requested(order: Order, **units: int) -> Return:
    lines = tuple(LineUnits(line_id=name, units=count) for name, count in units.items())
    wish = RequestReturn(order_id=order.order_id, key="key", lines=lines, reason="Too red")
    return Return.requested(ReturnId(uuid4()), order, wish, NOW)


def receipt(found: Return, **units: tuple[int, int]) -> ReceiveReturn:
    lines = tuple(
        ReceivedLine(line_id=name, restocked=good, written_off=bad)
        for name, (good, bad) in units.items()
    )
    return ReceiveReturn(return_id=found.name, key="here", lines=lines)


def received(order: Order, *others: Return, **units: int) -> Return:
    found = requested(order, **units)
    found.approve()
    came = receipt(found, **{name: (count, 0) for name, count in units.items()})
    found.receive(order, came, NOW, others=others)
    return found


def a_refund(found: Return, key: str = "money", amount: Money | None = None) -> RefundReturn:
    return RefundReturn(return_id=found.name, key=key, amount=amount)


def test_what_came_is_told_by_sku_and_what_did_not_is_awaited_no_more() -> None:
    order = an_order()
    found = requested(order, line_1=2, line_2=2)
    found.approve()

    found.receive(order, receipt(found, line_1=(1, 1)), NOW, others=())

    assert facts(order) == [
        GoodsReturned(
            order_id=order.order_id,
            return_id=found.name,
            units=(ReturnedUnits(sku=ROSES, restocked=1, written_off=1),),
        )
    ]
    assert [line.units_returning for line in order.lines] == [0, 0]
    assert [line.units for line in order.lines] == [0, 3]


def test_lines_of_one_sku_come_back_as_one() -> None:
    order = an_order()
    order.lines = tuple(type(line)(**{**vars(line), "sku": ROSES}) for line in order.lines)
    found = requested(order, line_1=1, line_2=2)
    found.approve()

    found.receive(order, receipt(found, line_1=(1, 0), line_2=(1, 1)), NOW, others=())

    (told,) = facts(order)
    assert isinstance(told, GoodsReturned)
    assert told.units == (ReturnedUnits(sku=ROSES, restocked=2, written_off=1),)


def test_a_line_is_due_what_was_paid_for_it_with_its_tax_and_without_delivery() -> None:
    found = received(an_order(), line_1=2, line_2=3)

    assert [line.due for line in found.lines] == [7200, 1050]


def test_what_is_told_of_no_line_is_shared_by_largest_remainders() -> None:
    order = an_order()
    order.totals = tuple(
        Total(kind=t.kind, amount=t.amount + 1, text=t.text) if t.kind in ("tax", "total") else t
        for t in order.totals
    )

    assert received(order, line_2=3).due == 1050
    assert received(order, line_1=2).due == 7201


PARTS = st.lists(st.tuples(st.integers(1, 4), st.none() | st.integers(0, 9)), max_size=12)


@given(st.integers(0, 100), PARTS)
def test_the_parts_of_a_line_add_up_in_whatever_order_they_come_and_go(
    paid: int, parts: list[tuple[int, int | None]]
) -> None:
    units_sold = sum(units for units, _ in parts) + 1
    checkout = a_checkout(
        lines=(a_line(quantity=Quantity(units_sold), total=paid),),
        totals=(
            Total(kind="total", amount=paid, text="Total"),
            Total(kind="subtotal", amount=paid, text="Subtotal"),
        ),
    )
    order = Order.placed(checkout, an_attempt(checkout), NOW)
    order.note(a_parcel(line_1=units_sold))
    here: list[Return] = []
    for units, undone in parts:
        here.append(received(order, *here, line_1=units))
        if undone is not None:
            here.pop(undone % len(here)).cancel(order, "k", "", NOW)

    last = received(order, *here, line_1=order.lines[0].units)

    assert sum(one.due for one in (*here, last)) == paid
    for one in (*here, last):
        count = one.lines[0].restocked
        assert paid // units_sold * count <= one.due <= -(-paid // units_sold) * count


def test_what_was_not_sent_does_not_come_back() -> None:
    checkout = a_checkout()
    order = Order.placed(checkout, an_attempt(checkout), NOW)
    order.note(a_parcel(line_1=1))
    requested(order, line_1=1)
    before = deepcopy(order)

    with pytest.raises(MoreThanSent) as refused:
        requested(order, line_1=1)

    assert refused.value.units_left == 0
    assert order == before


def test_of_a_cancelled_order_nothing_is_returned() -> None:
    order = an_order()
    order.cancel("k", "", NOW)
    before = deepcopy(order)

    with pytest.raises(AlreadyCancelled):
        requested(order, line_1=1)

    assert order == before


def test_what_was_on_its_way_when_its_order_was_cancelled_leaves_no_units_below_none() -> None:
    order = an_order()
    here, coming = received(order, line_1=1), requested(order, line_1=1)
    order.cancel("k", "", NOW)
    coming.approve()

    coming.receive(order, receipt(coming, line_1=(1, 0)), NOW, others=(here,))
    assert [(line.units, line.units_fulfilled) for line in order.lines] == [(0, 0), (0, 3)]
    here.cancel(order, "k", "", NOW)

    assert [(line.units, line.units_fulfilled) for line in order.lines] == [(0, 1), (0, 3)]


def test_what_came_back_can_not_come_back_again() -> None:
    order = an_order()
    received(order, line_1=2)

    with pytest.raises(MoreThanSent):
        requested(order, line_1=1)


def test_what_was_sent_and_came_back_is_not_cancelled() -> None:
    order = an_order()
    received(order, line_1=2, line_2=3)

    with pytest.raises(AlreadyShipped):
        order.require_cancellable()


def test_undoing_a_receipt_says_the_opposite_once() -> None:
    order = an_order()
    before = order.lines
    found = received(order, line_1=2)
    order.take_events()

    found.cancel(order, "k", "a mistake", NOW)
    found.cancel(order, "other", "again", NOW)

    assert facts(order) == [
        GoodsNotReturned(
            order_id=order.order_id,
            return_id=found.name,
            units=(ReturnedUnits(sku=ROSES, restocked=2),),
        )
    ]
    assert order.lines == before


def test_a_refund_is_promised_by_the_order_and_settles_the_return() -> None:
    order = an_order()
    found = received(order, line_1=1)
    order.take_events()

    found.refund(order, a_refund(found), NOW)
    found.refund(order, a_refund(found), NOW)

    (told,) = facts(order)
    assert isinstance(told, RefundRequested)
    assert told.amount == usd(3600)
    assert return_refunded_by(order.order_id, told.key) == found.return_id
    found.settle(told.key, is_done=True)
    assert found.state == ReturnState.REFUNDED


def test_a_refund_that_failed_is_asked_for_again_under_another_key() -> None:
    order = an_order()
    found = received(order, line_1=1)
    found.refund(order, a_refund(found), NOW)
    fail(order, found)
    assert found.state == ReturnState.REFUND_FAILED

    found.refund(order, a_refund(found), NOW)
    assert found.state == ReturnState.REFUND_FAILED
    found.refund(order, a_refund(found, "again"), NOW)

    assert [(r.amount, r.status) for r in found.refunds] == [(3600, "failed"), (3600, "pending")]
    assert order.refundable == usd(8750 - 3600)


def fail(order: Order, found: Return) -> None:
    name = found.refunds[-1].adjustment_id
    order.settle(name, is_done=False)
    found.settle(name, is_done=False)


def test_a_return_whose_refund_failed_can_still_be_undone() -> None:
    order = an_order()
    found = received(order, line_1=1)
    found.refund(order, a_refund(found), NOW)
    with pytest.raises(ReturnStandsOtherwise):
        found.cancel(order, "k", "", NOW)
    fail(order, found)

    found.cancel(order, "k", "", NOW)

    assert found.state == ReturnState.CANCELLED


def test_it_is_refunding_as_long_as_any_part_is_on_its_way() -> None:
    order = an_order()
    found = received(order, line_1=1)
    for key, amount in (("a", usd(1000)), ("b", usd(1000))):
        found.refund(order, a_refund(found, key, amount), NOW)
    first, second = (refund.adjustment_id for refund in found.refunds)

    states = []
    for name in (second, first):
        found.settle(name, is_done=True)
        states.append(found.state)

    assert states == [ReturnState.REFUNDING, ReturnState.REFUNDED]
    assert [refund.status for refund in found.refunds] == ["completed", "completed"]


@pytest.mark.parametrize("failed", [0, 1])
@pytest.mark.parametrize("first", [0, 1])
def test_of_two_refunds_under_way_the_one_that_failed_is_told(failed: int, first: int) -> None:
    order = an_order()
    found = received(order, line_1=1)
    for key in ("a", "b"):
        found.refund(order, a_refund(found, key, usd(1000)), NOW)

    for number in (first, 1 - first):
        found.settle(found.refunds[number].adjustment_id, is_done=number != failed, because="why")

    states = [found.state]
    found.refund(order, a_refund(found, "c", usd(1000)), NOW)
    found.settle(found.refunds[-1].adjustment_id, is_done=True)

    assert [*states, found.state] == [ReturnState.REFUND_FAILED, ReturnState.REFUNDED]


def test_a_refund_that_the_bank_sends_back_later_has_failed_after_all() -> None:
    order = an_order()
    found = received(order, line_1=1)
    found.refund(order, a_refund(found), NOW)
    name = found.refunds[0].adjustment_id
    for one in (order, found):
        one.settle(name, is_done=True)

    for one in (order, found):
        one.settle(name, is_done=False, because="The account is closed.")
    found.settle(name, is_done=True)

    assert found.state == ReturnState.REFUND_FAILED
    assert found.refunds[0].failed_because == "The account is closed."
    found.refund(order, a_refund(found, "again"), NOW)
    assert [(r.amount, r.status) for r in found.refunds] == [(3600, "failed"), (3600, "pending")]


def test_no_more_is_due_than_the_order_has_left() -> None:
    order = an_order()
    order.refund("goodwill", usd(8000), "", NOW)
    found = received(order, line_1=2)

    found.refund(order, a_refund(found), NOW)

    assert found.refunds[0].amount == 750
    with pytest.raises(MoreThanPaid):
        found.refund(order, a_refund(found, "more"), NOW)


def test_a_return_for_which_nothing_is_due_is_closed_by_its_refund() -> None:
    order = an_order()
    order.refund("goodwill", usd(8750), "", NOW)
    found = received(order, line_1=2)
    order.take_events()

    for _ in range(2):
        found.refund(order, a_refund(found), NOW)

    assert found.state == ReturnState.REFUNDED
    assert [(r.amount, r.status) for r in found.refunds] == [(0, "completed")]
    assert facts(order) == []


@pytest.mark.parametrize("amount", [usd(0), usd(-1), Money(1, "EUR")])
def test_what_is_no_amount_is_no_refund_of_a_return(amount: Money) -> None:
    found = received(order := an_order(), line_1=2)
    before = deepcopy(found)

    with pytest.raises(UnfitRequest):
        found.refund(order, a_refund(found, amount=amount), NOW)

    assert found == before


def test_what_its_buyer_was_not_reminded_of_does_not_time_out() -> None:
    found = requested(order := an_order(), line_1=2)
    found.remind(order, NOW, NOW)
    found.approve()

    assert not found.time_out(order, NOW)
    assert found.remind(order, NOW, NOW)
    assert found.time_out(order, NOW)


def test_an_adjustment_of_the_order_itself_is_no_return() -> None:
    order = an_order()
    order.refund("money_1", usd(100), "", NOW)

    assert return_refunded_by(order.order_id, order.adjustments[0].adjustment_id) is None
