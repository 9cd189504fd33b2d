"""Returns through the `Ordering` contract: near, through the wire, and far."""

from asyncio import gather
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain.contracts.ordering import (
    ApproveReturn,
    CancelReturn,
    FindOrder,
    FindReturn,
    KeyReused,
    LineUnits,
    ListReturns,
    MoreThanApproved,
    MoreThanPaid,
    MoreThanSent,
    OrderDetails,
    Ordering,
    ReceivedLine,
    ReceiveReturn,
    RefundReturn,
    RejectReturn,
    RequestReturn,
    ReturnDetails,
    ReturnStandsOtherwise,
    UnfitRequest,
    UnknownOrder,
    UnknownReturn,
)
from domain.contracts.payments import Payments, Settle
from domain.shared.values import Money, OrderId
from tests.conftest import KeptHouse
from tests.ordering.shelf import Shelf, until


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


@pytest.fixture
def ordering(shelf: Shelf) -> Ordering:
    return shelf.ordering


@pytest.fixture
async def order(shelf: Shelf) -> OrderDetails:
    """Three teas for 105 dollars and 5 for shipping: sent, and paid."""
    order = await shelf.sent(3)
    payments = shelf.house.contract(Payments)

    async def is_paid() -> bool:
        payment = (await payments.settle(Settle(attempt_id=order.attempt_id))).payment
        return payment is not None and payment.captured == Money(11000, "USD")

    await until(is_paid)
    return order


def a_wish(order: OrderDetails, units: int = 2, **changes: Any) -> RequestReturn:
    line = LineUnits(line_id=order.lines[0].line_id, units=units)
    wish: dict[str, Any] = {"order_id": order.order_id, "key": "r1", "lines": (line,)}
    return RequestReturn(**{**wish, **changes})


def receipt(found: ReturnDetails, restocked: int = 1, written_off: int = 1) -> ReceiveReturn:
    line = ReceivedLine(
        line_id=found.lines[0].line_id, restocked=restocked, written_off=written_off
    )
    return ReceiveReturn(return_id=found.return_id, key="here", lines=(line,))


async def approved(ordering: Ordering, order: OrderDetails, units: int = 2) -> ReturnDetails:
    opened = await ordering.request_return(a_wish(order, units, key=f"of {units}"))
    return await ordering.approve_return(ApproveReturn(return_id=opened.return_id))


async def received(ordering: Ordering, order: OrderDetails, units: int = 2) -> ReturnDetails:
    return await ordering.receive_return(receipt(await approved(ordering, order, units)))


async def settled(ordering: Ordering, found: ReturnDetails) -> ReturnDetails:
    """The return, once nothing of its money is on its way."""

    async def is_settled() -> bool:
        return (await again(ordering, found)).state != "refunding"

    await until(is_settled)
    return await again(ordering, found)


async def again(ordering: Ordering, found: ReturnDetails) -> ReturnDetails:
    return await ordering.find_return(FindReturn(return_id=found.return_id))


async def order_of(ordering: Ordering, found: ReturnDetails) -> OrderDetails:
    return await ordering.find_order(FindOrder(order_id=found.order_id))


async def test_each_step_done_twice_is_done_once(ordering: Ordering, order: OrderDetails) -> None:
    wish = a_wish(order)
    opened = await ordering.request_return(wish)
    assert await ordering.request_return(wish) == opened

    approve = ApproveReturn(return_id=opened.return_id)
    let_come = await ordering.approve_return(approve)
    assert await ordering.approve_return(approve) == let_come

    came = await ordering.receive_return(receipt(opened))
    assert await ordering.receive_return(receipt(opened)) == came
    assert await ordering.approve_return(approve) == came

    refund = RefundReturn(return_id=opened.return_id, key="money")
    first = await ordering.refund_return(refund)
    second = await settled(ordering, await ordering.refund_return(refund))
    assert [r.amount for r in first.refunds] == [r.amount for r in second.refunds] == [7000]
    assert [s.state for s in (opened, let_come, came, second)] == [
        "requested",
        "approved",
        "received",
        "refunded",
    ]
    found = await order_of(ordering, opened)
    assert [(a.kind, a.amount, a.status) for a in found.adjustments] == [
        ("return", None, "completed"),
        ("refund", -7000, "completed"),
    ]


async def test_a_key_that_asked_for_something_else_is_refused(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await received(ordering, order)
    refund = RefundReturn(return_id=found.return_id, key="m", amount=Money(100, "USD"))
    await ordering.refund_return(refund)

    for other in (
        ordering.request_return(a_wish(order, 1, key="of 2")),
        ordering.receive_return(receipt(found, restocked=2, written_off=0)),
        ordering.refund_return(replace(refund, amount=Money(101, "USD"))),
        ordering.refund_return(replace(refund, amount=None)),
    ):
        with pytest.raises(KeyReused):
            await other


@pytest.mark.ucp("ORD-2", "ORD-7")
async def test_the_order_says_what_is_on_its_way_back_and_what_came(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await approved(ordering, order)
    before = (await order_of(ordering, found)).lines[0]

    await ordering.receive_return(receipt(found))

    after = await order_of(ordering, found)
    assert (before.units, before.units_fulfilled, before.units_returning) == (3, 3, 2)
    line = after.lines[0]
    assert (line.units_ordered, line.units, line.units_fulfilled, line.units_returning) == (
        3,
        1,
        1,
        0,
    )
    (adjustment,) = after.adjustments
    assert adjustment.lines == (LineUnits(line_id=line.line_id, units=-2),)


async def test_no_more_comes_back_than_was_sent_and_is_in_no_other_return(
    ordering: Ordering, order: OrderDetails
) -> None:
    await ordering.request_return(a_wish(order, 2))

    with pytest.raises(MoreThanSent) as refused:
        await ordering.request_return(a_wish(order, 2, key="r2"))

    assert refused.value.units_left == 1


async def test_of_two_that_want_the_same_units_back_one_gets_them(
    ordering: Ordering, order: OrderDetails
) -> None:
    wishes = [a_wish(order, 2, key=key) for key in ("one", "other")]

    outcomes = await gather(*map(ordering.request_return, wishes), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "MoreThanSent",
        "ReturnDetails",
    ]


async def test_fewer_may_come_than_were_approved_but_no_more(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await approved(ordering, order)

    with pytest.raises(MoreThanApproved) as refused:
        await ordering.receive_return(receipt(found, restocked=2, written_off=1))
    came = await ordering.receive_return(receipt(found, restocked=1, written_off=0))

    assert refused.value.units_approved == 2
    assert came.due == 3500
    assert (await order_of(ordering, found)).lines[0].units_returning == 0


@pytest.mark.parametrize("approvals", [0, 1])
async def test_what_was_cancelled_is_neither_approved_nor_received(
    ordering: Ordering, order: OrderDetails, approvals: int
) -> None:
    found = await ordering.request_return(a_wish(order))
    approve = ApproveReturn(return_id=found.return_id)
    for _ in range(approvals):
        await ordering.approve_return(approve)
    cancel = CancelReturn(return_id=found.return_id, key="k", reason="kept it")

    undone = await ordering.cancel_return(cancel)

    assert await ordering.cancel_return(cancel) == undone
    assert await ordering.cancel_return(replace(cancel, key="other")) == undone
    with pytest.raises(KeyReused):
        await ordering.cancel_return(replace(cancel, reason="another one"))
    for late in (
        ordering.approve_return(approve),
        ordering.receive_return(receipt(found)),
        ordering.refund_return(RefundReturn(return_id=found.return_id, key="m")),
        ordering.reject_return(RejectReturn(return_id=found.return_id)),
    ):
        with pytest.raises(ReturnStandsOtherwise) as refused:
            await late
        assert refused.value.state == "cancelled"
    line = (await order_of(ordering, found)).lines[0]
    assert (line.units, line.units_returning) == (3, 0)


async def test_what_was_rejected_stays_so_and_frees_its_units(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await ordering.request_return(a_wish(order, 3))
    reject = RejectReturn(return_id=found.return_id, reason="too late")

    no = await ordering.reject_return(reject)

    assert (no.state, no.decision) == ("rejected", "too late")
    assert await ordering.reject_return(reject) == no
    with pytest.raises(ReturnStandsOtherwise):
        await ordering.approve_return(ApproveReturn(return_id=found.return_id))
    with pytest.raises(ReturnStandsOtherwise):
        await ordering.cancel_return(CancelReturn(return_id=found.return_id, key="k"))
    assert (await ordering.request_return(a_wish(order, 3, key="r2"))).state == "requested"


async def test_what_is_not_approved_is_not_received(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await ordering.request_return(a_wish(order))

    with pytest.raises(ReturnStandsOtherwise) as refused:
        await ordering.receive_return(receipt(found))

    assert refused.value.state == "requested"
    with pytest.raises(ReturnStandsOtherwise):
        await ordering.refund_return(RefundReturn(return_id=found.return_id, key="m"))


async def test_of_two_that_decide_at_once_one_does(ordering: Ordering, order: OrderDetails) -> None:
    found = await ordering.request_return(a_wish(order))

    yes, no = await gather(
        ordering.approve_return(ApproveReturn(return_id=found.return_id)),
        ordering.reject_return(RejectReturn(return_id=found.return_id)),
        return_exceptions=True,
    )

    refused = [x for x in (yes, no) if isinstance(x, ReturnStandsOtherwise)]
    assert len(refused) == 1
    assert (await again(ordering, found)).state == refused[0].state


async def test_of_two_that_receive_at_once_one_does(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await approved(ordering, order)
    mine, theirs = receipt(found), replace(receipt(found), key="theirs")

    outcomes = await gather(*map(ordering.receive_return, (mine, theirs)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "ReturnDetails",
        "ReturnStandsOtherwise",
    ]
    assert (await order_of(ordering, found)).lines[0].units == 1


async def test_a_receipt_that_was_a_mistake_is_undone_until_money_is_promised(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await received(ordering, order)
    cancel = CancelReturn(return_id=found.return_id, key="k", reason="another parcel")

    for _ in range(2):
        assert (await ordering.cancel_return(cancel)).state == "cancelled"

    undone = await order_of(ordering, found)
    line = undone.lines[0]
    assert (line.units, line.units_fulfilled, undone.status) == (3, 3, "shipped")
    assert [(a.kind, a.lines[0].units) for a in undone.adjustments] == [
        ("return", -2),
        ("return", 2),
    ]
    with pytest.raises(ReturnStandsOtherwise):
        await ordering.receive_return(replace(receipt(found), key="late"))
    other = await received(ordering, order, units=3)
    await ordering.refund_return(RefundReturn(return_id=other.return_id, key="m"))
    with pytest.raises(ReturnStandsOtherwise):
        await ordering.cancel_return(replace(cancel, return_id=other.return_id))


async def test_the_shelf_follows_what_came_and_what_did_not_after_all(
    ordering: Ordering, order: OrderDetails, shelf: Shelf
) -> None:
    async def holds(units: int) -> bool:
        return (await shelf.stock()).units_on_hand == units

    await until(partial(holds, 7))
    found = await received(ordering, order)
    await until(partial(holds, 8))

    await ordering.cancel_return(CancelReturn(return_id=found.return_id, key="k"))

    await until(partial(holds, 7))


async def test_a_refund_in_two_parts_is_no_more_than_was_paid(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await received(ordering, order)
    part = RefundReturn(return_id=found.return_id, key="part", amount=Money(3000, "USD"))

    await ordering.refund_return(part)
    with pytest.raises(MoreThanPaid) as refused:
        await ordering.refund_return(replace(part, key="much", amount=Money(8001, "USD")))
    await ordering.refund_return(RefundReturn(return_id=found.return_id, key="rest"))

    assert refused.value.left == Money(8000, "USD")
    done = await settled(ordering, found)
    assert [(r.amount, r.status) for r in done.refunds] == [
        (3000, "completed"),
        (4000, "completed"),
    ]
    assert done.state == "refunded"
    with pytest.raises(MoreThanPaid):
        await ordering.refund_return(RefundReturn(return_id=found.return_id, key="more"))
    assert (await order_of(ordering, found)).refund == "partial"


async def test_of_two_refunds_at_once_that_are_too_much_together_one_is_promised(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await received(ordering, order)
    parts = [
        RefundReturn(return_id=found.return_id, key=key, amount=Money(6000, "USD"))
        for key in ("one", "other")
    ]

    outcomes = await gather(*map(ordering.refund_return, parts), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "MoreThanPaid",
        "ReturnDetails",
    ]
    assert len((await again(ordering, found)).refunds) == 1


async def test_everything_that_came_back_makes_the_order_returned(
    ordering: Ordering, order: OrderDetails
) -> None:
    found = await approved(ordering, order, units=3)

    await ordering.receive_return(receipt(found, restocked=3, written_off=0))

    assert (await order_of(ordering, found)).status == "returned"


async def test_returns_are_listed_newest_first_page_by_page(
    ordering: Ordering, order: OrderDetails
) -> None:
    made = [await ordering.request_return(a_wish(order, 1, key=f"r{n}")) for n in range(3)]
    await ordering.approve_return(ApproveReturn(return_id=made[1].return_id))

    wanted = ListReturns(order_id=order.order_id, most=2)
    first = await ordering.list_returns(wanted)
    last = await ordering.list_returns(replace(wanted, after=first.next))

    newest = [one.return_id for one in reversed(made)]
    assert [one.return_id for one in (*first.items, *last.items)] == newest
    assert (first.next, last.next) == (newest[1], None)
    approved_ones = await ordering.list_returns(replace(wanted, state="approved"))
    assert [one.return_id for one in approved_ones.items] == [made[1].return_id]


async def test_what_makes_no_sense_is_refused(ordering: Ordering, order: OrderDetails) -> None:
    found = await approved(ordering, order)
    line = a_wish(order).lines[0]
    nothing = ReceivedLine(line_id=line.line_id)

    for odd in (
        ordering.request_return(a_wish(order, key="x", lines=())),
        ordering.request_return(a_wish(order, 0, key="x")),
        ordering.request_return(a_wish(order, 1, key="x", lines=(line, line))),
        ordering.request_return(a_wish(order, 1, key=" ")),
        ordering.receive_return(ReceiveReturn(return_id=found.return_id, key="x", lines=())),
        ordering.receive_return(
            ReceiveReturn(return_id=found.return_id, key="x", lines=(nothing,))
        ),
        ordering.receive_return(receipt(found, restocked=3, written_off=-1)),
        ordering.list_returns(ListReturns(state="perhaps")),
        ordering.list_returns(ListReturns(after="somewhere")),
    ):
        with pytest.raises(UnfitRequest):
            await odd
    with pytest.raises(UnknownReturn):
        await ordering.find_return(FindReturn(return_id="ret_" + "0" * 32))
    with pytest.raises(UnknownReturn):
        await ordering.approve_return(ApproveReturn(return_id="no such"))
    with pytest.raises(UnknownOrder):
        await ordering.request_return(
            replace(a_wish(order), order_id=OrderId(order.attempt_id), key="x")
        )
    strange = LineUnits(line_id="no_such", units=1)
    with pytest.raises(MoreThanSent):
        await ordering.request_return(a_wish(order, key="x", lines=(strange,)))
