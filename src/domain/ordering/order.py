"""An order: what was sold, what was promised, and all that happened to it since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.contracts.ordering import (
    PAYMENT_LAPSING,
    REMINDERS,
    RETURN_REMINDER,
    SAYS_NOTHING,
    Adjustment,
    AlreadyCancelled,
    AlreadyShipped,
    Attribution,
    Buyer,
    Expectation,
    FindOrder,
    FulfilmentEvent,
    GoodsNotReturned,
    GoodsReturned,
    KeyReused,
    LedgerEntry,
    LineUnits,
    MoreThanPaid,
    MoreThanSent,
    NothingToDeliver,
    OrderCancelled,
    OrderChanged,
    OrderDetails,
    OrderLine,
    OrderPlaced,
    OrderRevised,
    PromisedBack,
    RefundRequested,
    ReturnLine,
    Total,
    UnfitReport,
    UnfitRequest,
)
from domain.ordering.attempt import Attempt
from domain.ordering.checkout import Checkout, Content
from domain.ordering.order_lines import moved, ordered, ordered_units, placed, sent
from domain.ordering.order_status import LEAVING, OrderStatus, delivery_of, refund_of, status_of
from domain.ordering.places import PICKUP
from domain.ordering.promises import promised
from domain.ordering.taking_back import received_units, returned_units
from domain.shared.emails import known_as
from domain.shared.ids import public
from domain.shared.model import Aggregate
from domain.shared.values import AttemptId, CheckoutId, Money, OrderId

GIVES_BACK = ("refund", "cancellation")
MOST_NOTE = 4000
CANCELLED, ADJUSTED = "Cancelled", "adjusted"
OURS_ALONE = (*REMINDERS, "placed", "refund_requested", "refunded", "refund_failed")
"""Occasions that no partner's report can be: we remind, and we know when money moves."""
NOT_TAKEN = "Its money could not be taken:"
LET_GO = "The money that was held for it was let go of: nothing is held, and nothing was taken."
ADJUSTMENT_STATUSES = ("pending", "completed", "failed")


@dataclass
class Order(Aggregate):
    """A contract of sale, in the currency of its checkout (ORD-10): lines never go away (ORD-2),
    adjustments and events are only added to (ORD-8), whenever they come (ORD-9).
    """

    order_id: OrderId
    checkout_id: CheckoutId
    attempt_id: AttemptId
    client: str
    currency: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    totals: tuple[Total, ...]
    buyer: Buyer | None = None
    expectations: tuple[Expectation, ...] = ()
    events: tuple[FulfilmentEvent, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    is_cancelled: bool = False
    staff_note: str = ""
    trouble: str = ""
    account: str | None = None
    presentation: str | None = None
    """How its client wants to be told of it; an order from before that was kept is told to nobody."""
    attribution: tuple[Attribution, ...] = ()

    @classmethod
    def placed(cls, checkout: Checkout, attempt: Attempt, now: datetime) -> "Order":
        """The order that an attempt was made for."""
        content = checkout.content
        order = cls(
            order_id=attempt.order_id,
            checkout_id=checkout.checkout_id,
            attempt_id=attempt.attempt_id,
            client=checkout.client,
            currency=content.currency,
            placed_at=now,
            lines=ordered(content),
            totals=content.totals,
            buyer=content.buyer,
            expectations=promised(content),
            account=content.account,
            presentation=_presentation(content, attempt),
            attribution=content.attribution,
        )
        placed = order._placed(content)
        order.record(placed)
        if not any(line.needs_delivery for line in placed.lines):
            order.record(NothingToDeliver(order_id=order.order_id, attempt_id=order.attempt_id))
        order._tell("placed")
        return order

    @property
    def total(self) -> Money:
        amount = next(entry.amount for entry in self.totals if entry.kind == "total")
        return Money(amount, self.currency)

    @property
    def refundable(self) -> Money:
        """What was paid and neither given back nor promised back."""
        back = sum(a.amount or 0 for a in self._giving_back() if a.status != "failed")
        return self.total + Money(back, self.currency)

    @property
    def status(self) -> OrderStatus:
        return status_of(self.lines, self.expectations, self.events, is_cancelled=self.is_cancelled)

    def is_seen_by(self, asking: FindOrder) -> bool:
        """By its client, but not in the name of another buyer; and by its buyer, whoever asks in
        their name, if they let them see all that is theirs.
        """
        if asking.sees_all_of_buyer and self._is_of(asking.account, asking.email):
            return True
        is_anothers = asking.account and self.account and asking.account != self.account
        return asking.client in (None, self.client) and not is_anothers

    def _is_of(self, account: str | None, email: str | None) -> bool:
        known = self.buyer.email if self.buyer else None
        is_theirs = email and known and known_as(email) == known_as(known)
        return bool(is_theirs or (account and account == self.account))

    def details(self) -> OrderDetails:
        return OrderDetails(
            order_id=self.order_id,
            checkout_id=self.checkout_id,
            attempt_id=self.attempt_id,
            client=self.client,
            currency=self.currency,
            placed_at=self.placed_at,
            lines=self.lines,
            totals=self.totals,
            expectations=self.expectations,
            events=self.events,
            adjustments=self.adjustments,
            buyer=self.buyer,
            is_cancelled=self.is_cancelled,
            note=self.staff_note,
            version=self.version,
            status=self.status,
            delivery=delivery_of(self.events),
            refund=refund_of(self._giving_back(), self.total.minor_units),
            trouble=self.trouble,
            attribution=self.attribution,
        )

    def entry(self) -> LedgerEntry:
        back = self._giving_back()
        return LedgerEntry(
            attempt_id=self.attempt_id,
            order_id=self.order_id,
            placed_at=self.placed_at,
            total=self.total,
            goods=ordered_units(self.lines),
            promised_back=tuple(
                PromisedBack(
                    key=one.adjustment_id,
                    amount=Money(-(one.amount or 0), self.currency),
                    status=one.status,
                    promised_at=one.occurred_at,
                )
                for one in back
            ),
            cancelled_at=next((a.occurred_at for a in back if a.kind == "cancellation"), None),
        )

    def remember(self, note: str, version: int | None) -> None:
        """Put this note in place of what was noted. Refuses where it was read in another version."""
        if version not in (None, self.version):
            raise OrderChanged(self.order_id, self.version)
        if len(note) > MOST_NOTE:
            raise UnfitRequest(f"a note has at most {MOST_NOTE} characters")
        self.staff_note = note

    def cancel(self, key: str, reason: str, now: datetime) -> None:
        """Take every line back and promise the money back; again changes nothing."""
        if self.is_cancelled_by(key, reason):
            return
        left = self.refundable
        adjustment = Adjustment(
            adjustment_id=adjustment_id(self.order_id, key),
            kind="cancellation",
            status="pending",
            occurred_at=now,
            amount=-left.minor_units,
            lines=tuple(LineUnits(line_id=line.line_id, units=-line.units) for line in self.lines),
            description=reason or CANCELLED,
        )
        self.adjustments += (adjustment,)
        self.lines = tuple(replace(line, units=0) for line in self.lines)
        self.is_cancelled = True
        self.record(
            OrderCancelled(
                order_id=self.order_id,
                attempt_id=self.attempt_id,
                key=adjustment.adjustment_id,
                total=left,
            )
        )
        self._tell("cancelled")

    def is_cancelled_by(self, key: str, reason: str) -> bool:
        """Whether there is nothing left to cancel. Refuses a key that asked for something else."""
        known = self._known(key)
        wish = "cancellation", reason or CANCELLED
        if known and (known.kind, known.description) != wish:
            raise KeyReused(key)
        return self.is_cancelled

    def require_cancellable(self) -> None:
        """Refuses with `AlreadyShipped` once anything has left, as far as is known here."""
        if any(event.kind == LEAVING for event in self.events):
            raise AlreadyShipped(self.order_id)

    def refund(self, key: str, amount: Money, reason: str, now: datetime) -> bool:
        """Promise money back; again under the same key promises no more. Whether it was new.

        Refuses with `UnfitRequest` or `MoreThanPaid`.
        """
        name = adjustment_id(self.order_id, key)
        if known := self._known(key):
            wish = Money(-(known.amount or 0), self.currency), known.description, known.kind
            if wish != (amount, reason or None, "refund"):
                raise KeyReused(key)
            return False
        if amount.currency != self.currency:
            raise UnfitRequest(f"this order was paid in {self.currency}")
        if amount.minor_units <= 0:
            raise UnfitRequest("what is refunded is more than nothing")
        left = self.refundable
        if amount.minor_units > left.minor_units:
            raise MoreThanPaid(self.order_id, left)
        adjustment = Adjustment(
            adjustment_id=name,
            kind="refund",
            status="pending",
            occurred_at=now,
            amount=-amount.minor_units,
            description=reason or None,
        )
        self.adjustments += (adjustment,)
        self.record(
            RefundRequested(
                order_id=self.order_id, attempt_id=self.attempt_id, key=name, amount=amount
            )
        )
        self._tell("refund_requested")
        return True

    def lose_capture(self, because: str) -> None:
        """Its money could not be taken: for staff to see, and nobody else."""
        self.trouble = f"{NOT_TAKEN} {because}"

    def lose_payment(self) -> None:
        """No money is held for it any more: what was promised back by that has gone back. Where it
        is still to be paid, staff sees it.
        """
        for adjustment in self.adjustments:
            if adjustment.kind == "cancellation":
                self.settle(adjustment.adjustment_id, is_done=True)
        if self.refundable.minor_units and not self.is_cancelled:
            self.trouble = LET_GO

    def warn_of_lapse(self, lapses_at: datetime) -> None:
        """Have its merchant told until when its money is held, if it is still to be paid."""
        if self.refundable.minor_units and not self.is_cancelled:
            self._tell(PAYMENT_LAPSING, lapses_at)

    def settle(self, name: str, *, is_done: bool, because: str | None = None) -> None:
        """The money of an adjustment went back, or could not, or came back after all."""
        before, status = self.adjustments, "completed" if is_done else "failed"
        self.adjustments = tuple(
            replace(a, status=status, failed_because=because) if a.adjustment_id == name else a
            for a in self.adjustments
        )
        if self.adjustments != before:
            self._tell("refunded" if is_done else "refund_failed")

    def expect_back(self, lines: tuple[LineUnits, ...]) -> tuple[ReturnLine, ...]:
        """Have units that were sent be on their way back, in this return and in no other.

        Refuses with `AlreadyCancelled` or `MoreThanSent`.
        """
        if self.is_cancelled:
            raise AlreadyCancelled(self.order_id)
        units = {line.line_id: line.units for line in lines}
        known = {line.line_id: line for line in self.lines}
        for name, wanted in units.items():
            line = known.get(name)
            left = line.units_fulfilled - line.units_returning if line else 0
            if wanted > left:
                raise MoreThanSent(self.order_id, name, left)
        self.lines = moved(self.lines, units_returning=units)
        return tuple(
            ReturnLine(line_id=line.line_id, sku=line.sku, units=units[line.line_id])
            for line in self.lines
            if line.line_id in units
        )

    def expect_no_more(self, lines: tuple[ReturnLine, ...]) -> None:
        """These do not come back in their return any more, or have come."""
        units = {line.line_id: -line.units for line in lines}
        self.lines = moved(self.lines, units_returning=units)

    def remind_of_return(self, lines: tuple[ReturnLine, ...], until: datetime) -> None:
        """Have its buyer told that these, which they wanted to send back, are awaited."""
        awaited = tuple(LineUnits(line_id=line.line_id, units=line.units) for line in lines)
        self._tell(RETURN_REMINDER, until, awaited)

    def take_back(
        self, name: str, lines: tuple[ReturnLine, ...], reason: str, now: datetime
    ) -> None:
        """Goods came back: they were neither sold nor sent any more."""
        units = {line_id: -count for line_id, count in received_units(lines).items()}
        self._return(name, units, reason or "Returned", now)
        self.record(
            GoodsReturned(order_id=self.order_id, return_id=name, units=returned_units(lines))
        )

    def give_out_again(
        self, name: str, lines: tuple[ReturnLine, ...], reason: str, now: datetime
    ) -> None:
        """That goods came back was a mistake."""
        self._return(f"{name}_undone", received_units(lines), reason or "Return undone", now)
        self.record(
            GoodsNotReturned(order_id=self.order_id, return_id=name, units=returned_units(lines))
        )

    def _return(self, key: str, units: Mapping[str, int], text: str, now: datetime) -> None:
        sold = {} if self.is_cancelled else units  # a cancelled order has none left, nor ever again
        self.lines = moved(self.lines, units=sold, units_fulfilled=units)
        self.adjustments += (
            Adjustment(
                adjustment_id=adjustment_id(self.order_id, key),
                kind="return",
                status="completed",
                occurred_at=now,
                lines=tuple(LineUnits(line_id=i, units=count) for i, count in units.items()),
                description=text,
            ),
        )
        self._tell("returned")

    def note(self, event: FulfilmentEvent) -> None:
        """Something happened to the goods; hearing of it again changes nothing."""
        if self._took_note(event):
            self._tell(event.kind)

    def _took_note(self, event: FulfilmentEvent) -> bool:
        if any(known.event_id == event.event_id for known in self.events):
            return False
        self.events += (event,)
        if event.kind == LEAVING:
            self.lines = sent(self.lines, event, is_cancelled=self.is_cancelled)
        return True

    def report(
        self,
        events: tuple[FulfilmentEvent, ...] | None,
        adjustments: tuple[Adjustment, ...] | None,
    ) -> None:
        """Take over what a partner says: new events and adjustments, and changes to its own.

        Ours stay as they are, whatever it says of them; and nobody is reminded in our name.
        """
        known = {line.line_id for line in self.lines}
        lines = [line for event in events or () for line in event.lines]
        lines += [line for adjustment in adjustments or () for line in adjustment.lines]
        if strange := {line.line_id for line in lines} - known:
            raise UnfitReport(self.order_id, f"there is no line {min(strange)}")
        for adjustment in adjustments or ():
            if adjustment.status not in ADJUSTMENT_STATUSES:
                raise UnfitReport(self.order_id, f"there is no status {adjustment.status}")
        before = self.adjustments
        new = [event for event in events or () if self._took_note(event)]
        told = {a.adjustment_id: a for a in adjustments or () if not self._is_ours(a)}
        kept = tuple(told.pop(a.adjustment_id, a) for a in self.adjustments)
        self.adjustments = (*kept, *told.values())
        if new or self.adjustments != before:
            kind = new[-1].kind if new else ADJUSTED
            self._tell(ADJUSTED if kind in OURS_ALONE else kind)

    def _tell(
        self, occasion: str, until: datetime | None = None, awaited: tuple[LineUnits, ...] = ()
    ) -> None:
        """Have its client hear of it, as it stands now; what staff notes is no part of that."""
        if self.presentation is not None:
            self.record(
                OrderRevised(
                    order=replace(self.details(), note="", trouble=""),
                    occasion=occasion,
                    presentation=self.presentation,
                    until=until,
                    awaited=awaited,
                )
            )

    def _is_ours(self, adjustment: Adjustment) -> bool:
        """Whether it was promised here, and not reported by a partner."""
        return adjustment.adjustment_id.startswith(adjustment_id(self.order_id, ""))

    def _giving_back(self) -> list[Adjustment]:
        return [a for a in self.adjustments if self._is_ours(a) and a.kind in GIVES_BACK]

    def _known(self, key: str) -> Adjustment | None:
        """What was asked for under this key before."""
        name = adjustment_id(self.order_id, key)
        return next((a for a in self.adjustments if a.adjustment_id == name), None)

    def _placed(self, content: Content) -> OrderPlaced:
        return OrderPlaced(
            order_id=self.order_id,
            checkout_id=self.checkout_id,
            attempt_id=self.attempt_id,
            client=self.client,
            total=Money(content.total, content.currency),
            lines=placed(content),
            buyer=content.buyer,
            destination=next(
                (e.destination for e in self.expectations if e.method_kind != PICKUP), None
            ),
        )


def _presentation(content: Content, attempt: Attempt) -> str:
    """What the buyer finished on a page of ours is told to the platform that began it (UCP WHK-1)."""
    said = attempt.request.presentation
    return said if said != SAYS_NOTHING else content.presentation or said


def adjustment_id(order_id: OrderId, key: str) -> str:
    """One adjustment for each wish: its id says whose, and under which key it was asked for."""
    return f"{public('adj', order_id)}_{key}"
