"""An order: what was sold, what was promised, and all that happened to it since."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.contracts.ordering import (
    Adjustment,
    AlreadyShipped,
    Buyer,
    Expectation,
    FulfilmentEvent,
    LineUnits,
    MoreThanPaid,
    OrderCancelled,
    OrderDetails,
    OrderLine,
    OrderPlaced,
    PlacedLine,
    RefundRequested,
    Total,
    UnfitReport,
)
from domain.ordering.attempt import Attempt
from domain.ordering.checkout import Checkout
from domain.shared.ids import public
from domain.shared.model import Aggregate
from domain.shared.values import Address, AttemptId, CheckoutId, Money, OrderId

GIVES_BACK = ("refund", "cancellation")
ADJUSTMENT_STATUSES = ("pending", "completed", "failed")
FULFILLING = ("shipped",)  # units count once, when they leave (UCP A-74)


@dataclass
class Order(Aggregate):
    """A contract of sale: lines never go away, adjustments and events are only added to."""

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
            lines=tuple(
                OrderLine(
                    line_id=line.line_id,
                    sku=line.sku,
                    title=line.title,
                    image_url=line.image_url,
                    parent_id=line.parent_id,
                    unit_price=line.unit_price,
                    units_ordered=line.quantity.units,
                    units=line.quantity.units,
                    units_fulfilled=0,
                    subtotal=line.subtotal,
                    discount=line.discount,
                    total=line.total,
                )
                for line in content.lines
            ),
            totals=content.totals,
            buyer=content.buyer,
            expectations=_promises(checkout),
        )
        placed = OrderPlaced(
            order_id=order.order_id,
            checkout_id=order.checkout_id,
            attempt_id=order.attempt_id,
            client=order.client,
            total=Money(content.total, content.currency),
            lines=tuple(
                PlacedLine(
                    line_id=line.line_id,
                    sku=line.sku,
                    quantity=line.quantity,
                    needs_delivery=line.line_id not in content.undelivered,
                )
                for line in content.lines
            ),
            buyer=content.buyer,
            destination=next((e.destination for e in order.expectations), None),
        )
        order.record(placed)
        return order

    @property
    def total(self) -> Money:
        amount = next(entry.amount for entry in self.totals if entry.kind == "total")
        return Money(amount, self.currency)

    @property
    def refundable(self) -> Money:
        """What was paid and neither given back nor promised back."""
        back = sum(
            a.amount or 0
            for a in self.adjustments
            if self._is_ours(a) and a.kind in GIVES_BACK and a.status != "failed"
        )
        return self.total + Money(back, self.currency)

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
        )

    def cancel(self, key: str, reason: str, now: datetime) -> None:
        """Take every line back and promise the money back; again changes nothing."""
        if self.is_cancelled:
            return
        left = self.refundable
        adjustment = Adjustment(
            adjustment_id=_adjustment_id(self.order_id, key),
            kind="cancellation",
            status="pending",
            occurred_at=now,
            amount=-left.minor_units,
            lines=tuple(LineUnits(line_id=line.line_id, units=-line.units) for line in self.lines),
            description=reason or "Cancelled",
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

    def require_cancellable(self) -> None:
        """Refuses with `AlreadyShipped` once anything has left, as far as is known here."""
        if any(line.units_fulfilled for line in self.lines):
            raise AlreadyShipped(self.order_id)

    def refund(self, key: str, amount: Money, reason: str, now: datetime) -> None:
        """Promise money back; again under the same key promises no more."""
        name = _adjustment_id(self.order_id, key)
        if any(a.adjustment_id == name for a in self.adjustments):
            return
        left = self.refundable
        if amount.currency != self.currency or not 0 < amount.minor_units <= left.minor_units:
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

    def settle(self, adjustment_id: str, *, is_done: bool) -> None:
        """The money of an adjustment went back, or could not."""
        status = "completed" if is_done else "failed"
        self.adjustments = tuple(
            replace(a, status=status) if a.adjustment_id == adjustment_id else a
            for a in self.adjustments
        )

    def note(self, event: FulfilmentEvent) -> None:
        """Something happened to the goods; hearing of it again changes nothing."""
        if any(known.event_id == event.event_id for known in self.events):
            return
        self.events += (event,)
        if event.kind in FULFILLING:
            sent = {line.line_id: line.units for line in event.lines}
            self.lines = tuple(
                replace(
                    line,
                    units_fulfilled=min(
                        line.units_fulfilled + sent.get(line.line_id, 0), line.units_ordered
                    ),
                )
                for line in self.lines
            )

    def report(
        self,
        events: tuple[FulfilmentEvent, ...] | None,
        adjustments: tuple[Adjustment, ...] | None,
    ) -> None:
        """Take over what a partner says: new events and adjustments, and changes to its own.

        Ours stay as they are, whatever it says of them.
        """
        known = {line.line_id for line in self.lines}
        lines = [line for event in events or () for line in event.lines]
        lines += [line for adjustment in adjustments or () for line in adjustment.lines]
        if strange := {line.line_id for line in lines} - known:
            raise UnfitReport(self.order_id, f"there is no line {min(strange)}")
        for adjustment in adjustments or ():
            if adjustment.status not in ADJUSTMENT_STATUSES:
                raise UnfitReport(self.order_id, f"there is no status {adjustment.status}")
        for event in events or ():
            self.note(event)
        told = {a.adjustment_id: a for a in adjustments or () if not self._is_ours(a)}
        kept = tuple(told.pop(a.adjustment_id, a) for a in self.adjustments)
        self.adjustments = (*kept, *told.values())

    def _is_ours(self, adjustment: Adjustment) -> bool:
        """Whether it was promised here, and not reported by a partner."""
        return adjustment.adjustment_id.startswith(_adjustment_id(self.order_id, ""))


def _promises(checkout: Checkout) -> tuple[Expectation, ...]:
    return tuple(
        Expectation(
            expectation_id=f"expectation_{number}",
            lines=tuple(
                LineUnits(line_id=line.line_id, units=line.quantity.units)
                for line in checkout.content.lines
                if line.line_id in method.line_ids
            ),
            method_kind=method.kind,
            destination=next(
                (
                    d.address
                    for d in method.destinations
                    if d.destination_id == method.selected_destination_id
                ),
                Address(),
            ),
            description=next(
                (
                    option.title
                    for group in method.groups
                    for option in group.options
                    if option.option_id == group.selected_option_id
                ),
                None,
            ),
        )
        for number, method in enumerate(checkout.content.methods or (), 1)
        if method.line_ids
    )


def _adjustment_id(order_id: OrderId, key: str) -> str:
    """One adjustment for each wish: its id says whose, and under which key it was asked for."""
    return f"{public('adj', order_id)}_{key}"
