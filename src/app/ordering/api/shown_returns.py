"""Returns, parcels and attempts as staff sees them."""

from datetime import datetime
from typing import Self

from app.edge.desk import Body, MoneyBody
from app.ordering.api.examples import FAILED_ATTEMPT, PARCEL, SHIPMENT, WHOLE_RETURN
from app.ordering.api.said import like
from app.ordering.api.shown_orders import shown
from domain.contracts.fulfillment import Parcel, ShipmentDetails
from domain.contracts.ordering import AttemptDetails, ReturnDetails
from domain.shared.ids import public


class ReturnLineBody(Body):
    line_id: str
    sku: str
    units: int
    restocked: int
    written_off: int
    due: MoneyBody


class ReturnRefundBody(Body):
    adjustment_id: str
    amount: MoneyBody
    status: str
    reason: str
    failed_because: str | None = None


class ReturnBody(Body):
    model_config = like(WHOLE_RETURN)

    id: str
    order_id: str
    state: str
    requested_at: datetime
    reason: str
    decision: str
    lines: tuple[ReturnLineBody, ...]
    due: MoneyBody
    refunds: tuple[ReturnRefundBody, ...]

    @classmethod
    def of(cls, details: ReturnDetails) -> Self:
        money = details.currency
        return cls(
            id=details.return_id,
            order_id=public("ord", details.order_id),
            state=details.state,
            requested_at=details.requested_at,
            reason=details.reason,
            decision=details.decision,
            lines=tuple(
                ReturnLineBody(
                    line_id=line.line_id,
                    sku=line.sku,
                    units=line.units,
                    restocked=line.restocked,
                    written_off=line.written_off,
                    due=shown(line.due, money),
                )
                for line in details.lines
            ),
            due=shown(details.due, money),
            refunds=tuple(
                ReturnRefundBody(
                    adjustment_id=refund.adjustment_id,
                    amount=shown(refund.amount, money),
                    status=refund.status,
                    reason=refund.reason,
                    failed_because=refund.failed_because,
                )
                for refund in details.refunds
            ),
        )


class SentLineBody(Body):
    line_id: str
    sku: str
    units: int


class SentParcelBody(Body):
    model_config = like(PARCEL)

    id: str
    shipped_at: datetime
    lines: tuple[SentLineBody, ...]
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None

    @classmethod
    def of(cls, parcel: Parcel) -> Self:
        return cls(
            id=parcel.parcel_id,
            shipped_at=parcel.shipped_at,
            lines=tuple(
                SentLineBody(line_id=line.line_id, sku=line.sku, units=line.quantity.units)
                for line in parcel.lines
            ),
            carrier=parcel.carrier,
            tracking_number=parcel.tracking_number,
            tracking_url=parcel.tracking_url,
        )


class LineToShipBody(Body):
    line_id: str
    sku: str
    units_ordered: int
    units_shipped: int


class ShipmentBody(Body):
    model_config = like(SHIPMENT)

    order_id: str
    lines: tuple[LineToShipBody, ...]
    parcels: tuple[SentParcelBody, ...]
    is_cancelled: bool

    @classmethod
    def of(cls, details: ShipmentDetails) -> Self:
        return cls(
            order_id=public("ord", details.order_id),
            lines=tuple(LineToShipBody.model_validate(line) for line in details.lines),
            parcels=tuple(SentParcelBody.of(parcel) for parcel in details.parcels),
            is_cancelled=details.is_cancelled,
        )


class NoticeBody(Body):
    kind: str
    code: str
    text: str


class AttemptBody(Body):
    """`notices` say why it did not come further."""

    model_config = like(FAILED_ATTEMPT)

    id: str
    checkout_id: str
    order_id: str
    client: str
    state: str
    started_at: datetime
    leased_until: datetime
    epoch: int
    notices: tuple[NoticeBody, ...]

    @classmethod
    def of(cls, details: AttemptDetails) -> Self:
        return cls(
            id=public("att", details.attempt_id),
            checkout_id=public("chk", details.checkout_id),
            order_id=public("ord", details.order_id),
            client=details.client,
            state=details.state,
            started_at=details.started_at,
            leased_until=details.leased_until,
            epoch=details.epoch,
            notices=tuple(
                NoticeBody(kind=notice.kind, code=notice.code, text=notice.text)
                for notice in details.notices
            ),
        )
