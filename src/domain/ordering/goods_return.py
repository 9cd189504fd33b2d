"""Goods on their way back, from the wish to the money: a process with a memory, like an attempt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from domain.contracts.ordering import (
    KeyReused,
    MoreThanApproved,
    MoreThanPaid,
    ReceiveReturn,
    RefundReturn,
    RequestReturn,
    ReturnDetails,
    ReturnLine,
    ReturnRefund,
    ReturnStandsOtherwise,
)
from domain.ordering.order import Order, adjustment_id
from domain.ordering.taking_back import Back, back_by_line, paid_by_line, paid_for
from domain.ordering.wishes import came_of, require_text, require_units, units_of
from domain.shared.ids import from_public, public
from domain.shared.model import Aggregate
from domain.shared.values import Money, OrderId

ReturnId = NewType("ReturnId", UUID)


class ReturnState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    RECEIVED = "received"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


HAS_COME = (
    ReturnState.RECEIVED,
    ReturnState.REFUNDING,
    ReturnState.REFUNDED,
    ReturnState.REFUND_FAILED,
)
AWAITED = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.RECEIVED)
"""Somebody has to do something: staff decides, the buyer sends, staff gives money back."""
TIME_OUT = "time_out"
NOTHING_CAME = "Nothing came in time."


@dataclass(kw_only=True)
class Return(Aggregate):
    """Each step is done once, and undone once at most: rejected or cancelled is for good.

    What a step means for the order is done to it at the same time, and stored with it.
    """

    return_id: ReturnId
    order_id: OrderId
    key: str
    requested_at: datetime
    currency: str
    lines: tuple[ReturnLine, ...]
    reason: str = ""
    state: ReturnState = ReturnState.REQUESTED
    decision: str = ""
    refunds: tuple[ReturnRefund, ...] = ()
    receive_key: str | None = None
    cancel_key: str | None = None
    reminded_at: datetime | None = None

    @classmethod
    def requested(
        cls, return_id: ReturnId, order: Order, message: RequestReturn, now: datetime
    ) -> "Return":
        """Units of an order are to come back.

        Refuses with `AlreadyCancelled`, `MoreThanSent` or `UnfitRequest`.
        """
        require_text(message.key, message.reason)
        require_units((line.line_id, line.units) for line in message.lines)
        return cls(
            return_id=return_id,
            order_id=order.order_id,
            key=message.key,
            requested_at=now,
            currency=order.currency,
            lines=order.expect_back(message.lines),
            reason=message.reason,
        )

    @property
    def name(self) -> str:
        return public("ret", self.return_id)

    @property
    def due(self) -> int:
        """What was paid for what came back."""
        return sum(line.due for line in self.lines)

    @property
    def promised(self) -> int:
        """What was given back for it, or promised."""
        return sum(refund.amount for refund in self.refunds if refund.status != "failed")

    def require_same(self, message: RequestReturn) -> None:
        """Refuses another wish under the key of this one."""
        asked = {line.line_id: line.units for line in message.lines}
        if (asked, message.reason) != ({i.line_id: i.units for i in self.lines}, self.reason):
            raise KeyReused(message.key)

    def approve(self) -> None:
        """It may come, and its buyer is still to be reminded, whatever staff was; again, or when it has
        come, changes nothing.
        """
        if self.state == ReturnState.APPROVED or self.state in HAS_COME:
            return
        self._require(ReturnState.REQUESTED)
        self.state, self.reminded_at = ReturnState.APPROVED, None

    def reject(self, order: Order, reason: str) -> None:
        """It is not wanted; again changes nothing."""
        require_text(reason=reason)
        if self.state == ReturnState.REJECTED:
            return
        self._require(ReturnState.REQUESTED)
        order.expect_no_more(self.lines)
        self.state, self.decision = ReturnState.REJECTED, reason

    def receive(
        self, order: Order, message: ReceiveReturn, now: datetime, *, others: Iterable["Return"]
    ) -> None:
        """Take back what came; what did not is not awaited any more. `others` are the returns of
        the order: for what they took back, its part of the money is due already.
        """
        require_text(message.key)
        came = came_of(message.lines)
        if message.key == self.receive_key:
            if came != {i.line_id: units_of(i) for i in self.lines if any(units_of(i))}:
                raise KeyReused(message.key)
            return
        self._require(ReturnState.APPROVED)
        lines = self._received(came, order, others)
        order.expect_no_more(self.lines)
        order.take_back(self.name, lines, self.reason, now)
        self.lines, self.receive_key = lines, message.key
        self.state = ReturnState.RECEIVED

    def refund(self, order: Order, message: RefundReturn, now: datetime) -> None:
        """Promise money back for what came: so much, or all that is still due. Where that is
        nothing, and nothing was given back for it, it is refunded with that.
        """
        require_text(message.key, message.reason)
        if known := next((r for r in self.refunds if r.key == message.key), None):
            self._require_same_refund(known, message)
            return
        self._require(*HAS_COME)
        amount = message.amount or self._still_due(order)
        is_nothing = message.amount is None and not amount.minor_units
        if is_nothing and self.promised:
            raise MoreThanPaid(order.order_id, order.refundable)
        promised = ReturnRefund(
            key=message.key,
            adjustment_id="" if is_nothing else self._promised(order, amount, message.reason, now),
            amount=amount.minor_units,
            status="completed" if is_nothing else "pending",
            reason=message.reason,
            is_all_due=message.amount is None,
        )
        self.refunds = (*map(_asked_again, self.refunds), promised)
        self.state = self._refunded()

    def cancel(self, order: Order, key: str, reason: str, now: datetime) -> None:
        """Undo what was done, in reverse; again changes nothing."""
        require_text(key, reason)
        if self.state == ReturnState.CANCELLED:
            if key == self.cancel_key and reason != self.decision:
                raise KeyReused(key)
            return
        if self.state == ReturnState.REJECTED or self.promised:
            raise ReturnStandsOtherwise(self.name, self.state)
        if self.state in HAS_COME:
            order.give_out_again(self.name, self.lines, reason, now)
        else:
            order.expect_no_more(self.lines)
        self.state, self.decision, self.cancel_key = ReturnState.CANCELLED, reason, key

    def remind(self, order: Order, now: datetime, until: datetime) -> bool:
        """Have those told once who are waited for: the buyer, where goods are. Whether it was new."""
        if self.reminded_at or self.state not in AWAITED:
            return False
        if self.state == ReturnState.APPROVED:
            order.remind_of_return(self.lines, until)
        self.reminded_at = now
        return True

    def time_out(self, order: Order, now: datetime) -> bool:
        """What has not come by now is not awaited any more, if its buyer was reminded. Whether it was."""
        if self.state != ReturnState.APPROVED or not self.reminded_at:
            return False
        self.cancel(order, TIME_OUT, NOTHING_CAME, now)
        return True

    def settle(self, name: str, *, is_done: bool, because: str | None = None) -> None:
        """The money of an adjustment went back, or could not, or came back after all."""
        open_to = ("pending",) if is_done else ("pending", "completed")
        known = next((refund for refund in self.refunds if refund.adjustment_id == name), None)
        if known is None or known.status not in open_to:
            return
        said = replace(known, status="completed" if is_done else "failed", failed_because=because)
        self.refunds = tuple(said if refund is known else refund for refund in self.refunds)
        self.state = self._refunded()

    def details(self) -> ReturnDetails:
        return ReturnDetails(
            return_id=self.name,
            order_id=self.order_id,
            state=self.state,
            requested_at=self.requested_at,
            currency=self.currency,
            lines=self.lines,
            due=self.due,
            refunds=self.refunds,
            reason=self.reason,
            decision=self.decision,
            version=self.version,
        )

    def _refunded(self) -> ReturnState:
        """Failed is what has failed since money was last asked for, however many were under way."""
        if any(refund.status == "pending" for refund in self.refunds):
            return ReturnState.REFUNDING
        has_failed = any(r.status == "failed" and not r.is_asked_again for r in self.refunds)
        return ReturnState.REFUND_FAILED if has_failed else ReturnState.REFUNDED

    def _received(
        self, came: dict[str, tuple[int, int]], order: Order, others: Iterable["Return"]
    ) -> tuple[ReturnLine, ...]:
        approved = {line.line_id: line.units for line in self.lines}
        for line_id, units in came.items():
            if sum(units) > approved.get(line_id, 0):
                raise MoreThanApproved(self.name, line_id, approved.get(line_id, 0))
        ordered = {line.line_id: line for line in order.lines}
        paid = paid_by_line(order.lines, order.totals)
        back = back_by_line(line for one in others if one.state in HAS_COME for line in one.lines)
        lines = []
        for line in self.lines:
            restocked, written_off = came.get(line.line_id, (0, 0))
            due = paid_for(
                ordered[line.line_id],
                paid[line.line_id],
                restocked + written_off,
                back.get(line.line_id, Back()),
            )
            lines.append(replace(line, restocked=restocked, written_off=written_off, due=due))
        return tuple(lines)

    def _promised(self, order: Order, amount: Money, reason: str, now: datetime) -> str:
        """The adjustment of the order that promises it."""
        key = f"{self.name}_{len(self.refunds) + 1}"
        if not order.refund(key, amount, reason, now):
            raise KeyReused(key)
        return adjustment_id(order.order_id, key)

    def _still_due(self, order: Order) -> Money:
        left = order.refundable
        return Money(max(0, min(self.due - self.promised, left.minor_units)), self.currency)

    def _require_same_refund(self, known: ReturnRefund, message: RefundReturn) -> None:
        amount = None if known.is_all_due else Money(known.amount, self.currency)
        if (message.amount, message.reason) != (amount, known.reason):
            raise KeyReused(message.key)

    def _require(self, *states: ReturnState) -> None:
        if self.state not in states:
            raise ReturnStandsOtherwise(self.name, self.state)


def _asked_again(refund: ReturnRefund) -> ReturnRefund:
    return replace(refund, is_asked_again=True) if refund.status == "failed" else refund


def return_id_of(name: str) -> ReturnId | None:
    """The id of a return as others name it, if it is one."""
    found = from_public("ret", name)
    return ReturnId(found) if found else None


def return_refunded_by(order_id: OrderId, name: str) -> ReturnId | None:
    """Which return an adjustment gives money back for, if it is for one."""
    key = name.removeprefix(adjustment_id(order_id, ""))
    return return_id_of(key.rpartition("_")[0])
