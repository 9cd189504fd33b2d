"""What partners report about an order, in interop mode (INTEROP 6)."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt

from app.ucp.bodies import Body, Line, Name, Word
from domain.contracts.ordering import Adjustment, FulfilmentEvent, LineUnits, ReportOrder
from domain.shared.values import MOST_MINOR_UNITS, MOST_UNITS, OrderId


def _in_utc(at: datetime) -> datetime:
    if not 1970 < at.year < 9999:
        raise ValueError("no order is as old, or as young")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_in_utc)]
Amount = Annotated[StrictInt, Field(ge=-MOST_MINOR_UNITS, le=MOST_MINOR_UNITS)]
WebAddress = Annotated[Line, Field(pattern=r"^https?://[^\s/]\S*$")]


class SentBody(Body):
    id: Name
    quantity: Annotated[StrictInt, Field(ge=1, le=MOST_UNITS)]


class ChangedBody(Body):
    id: Name
    quantity: Annotated[StrictInt, Field(ge=-MOST_UNITS, le=MOST_UNITS)]


class EventBody(Body):
    id: Name
    occurred_at: Instant
    type: Name
    line_items: Annotated[list[SentBody], Field(max_length=200)] = Field(default_factory=list)
    tracking_number: Word = None
    tracking_url: WebAddress | None = None
    carrier: Word = None
    description: Word = None

    def event(self) -> FulfilmentEvent:
        return FulfilmentEvent(
            event_id=self.id,
            kind=self.type,
            occurred_at=self.occurred_at,
            lines=tuple(LineUnits(line_id=b.id, units=b.quantity) for b in self.line_items),
            tracking_number=self.tracking_number,
            tracking_url=self.tracking_url,
            carrier=self.carrier,
            description=self.description,
        )


class EntryBody(Body):
    type: Name
    amount: Amount


class AdjustmentBody(Body):
    id: Name
    type: Name
    occurred_at: Instant
    status: Literal["pending", "completed", "failed"]
    line_items: Annotated[list[ChangedBody], Field(max_length=200)] = Field(default_factory=list)
    totals: Annotated[list[EntryBody], Field(max_length=20)] = Field(default_factory=list)
    amount: Amount | None = None
    description: Word = None

    def adjustment(self) -> Adjustment:
        amounts = [entry.amount for entry in self.totals if entry.type == "total"]
        return Adjustment(
            adjustment_id=self.id,
            kind=self.type,
            status=self.status,
            occurred_at=self.occurred_at,
            amount=amounts[0] if amounts else self.amount,
            lines=tuple(LineUnits(line_id=b.id, units=b.quantity) for b in self.line_items),
            description=self.description,
        )


class HappenedBody(Body):
    events: Annotated[list[EventBody], Field(max_length=200)] | None = None


class ReportBody(Body):
    fulfillment: HappenedBody | None = None
    adjustments: Annotated[list[AdjustmentBody], Field(max_length=200)] | None = None

    def report(self, order_id: OrderId, client: str) -> ReportOrder:
        events = self.fulfillment.events if self.fulfillment else None
        changed = self.adjustments
        return ReportOrder(
            order_id=order_id,
            client=client,
            events=None if events is None else tuple(body.event() for body in events),
            adjustments=None if changed is None else tuple(b.adjustment() for b in changed),
        )
