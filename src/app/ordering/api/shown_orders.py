"""Orders as staff sees them."""

from datetime import datetime
from typing import Self

from app.edge.desk import Body, MoneyBody
from app.ordering.api.examples import SUMMARY, WHOLE_ORDER
from app.ordering.api.said import like
from domain.contracts.ordering import OrderDetails, OrderLine, OrderSummary
from domain.shared.ids import public
from domain.shared.values import Address, Sku


class SummaryBody(Body):
    model_config = like(SUMMARY)

    id: str
    client: str
    placed_at: datetime
    status: str
    total: MoneyBody
    email: str | None = None

    @classmethod
    def of(cls, order: OrderSummary) -> Self:
        return cls(
            id=public("ord", order.order_id),
            client=order.client,
            placed_at=order.placed_at,
            status=order.status,
            total=shown(order.total.minor_units, order.total.currency),
            email=order.email,
        )


class UnitsBody(Body):
    line_id: str
    units: int


class OrderLineBody(Body):
    line_id: str
    sku: Sku
    title: str
    units_ordered: int
    units: int
    units_fulfilled: int
    units_returning: int
    unit_price: MoneyBody
    subtotal: MoneyBody
    discount: MoneyBody
    tax: MoneyBody
    total: MoneyBody
    parent_id: str | None = None

    @classmethod
    def of(cls, line: OrderLine, currency: str) -> Self:
        amounts = ("unit_price", "subtotal", "discount", "tax", "total")
        return cls(
            line_id=line.line_id,
            sku=line.sku,
            title=line.title,
            units_ordered=line.units_ordered,
            units=line.units,
            units_fulfilled=line.units_fulfilled,
            units_returning=line.units_returning,
            parent_id=line.parent_id,
            **{name: shown(getattr(line, name), currency) for name in amounts},
        )


class TotalBody(Body):
    kind: str
    text: str
    amount: MoneyBody


class PromiseBody(Body):
    lines: tuple[UnitsBody, ...]
    method_kind: str
    destination: Address
    description: str | None = None


class EventBody(Body):
    id: str
    kind: str
    occurred_at: datetime
    lines: tuple[UnitsBody, ...]
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    description: str | None = None


class AdjustmentBody(Body):
    id: str
    kind: str
    status: str
    occurred_at: datetime
    amount: MoneyBody | None = None
    lines: tuple[UnitsBody, ...] = ()
    description: str | None = None
    failed_because: str | None = None


class BuyerBody(Body):
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None


class OrderBody(Body):
    """`payment_id` names its money, `checkout_id` where it came from. `trouble` is what went wrong
    with its money, as it was heard last: the payment says how it stands.
    """

    model_config = like(WHOLE_ORDER)

    id: str
    checkout_id: str
    payment_id: str
    client: str
    placed_at: datetime
    status: str
    delivery: str
    refund: str
    total: MoneyBody
    lines: tuple[OrderLineBody, ...]
    totals: tuple[TotalBody, ...]
    promises: tuple[PromiseBody, ...]
    events: tuple[EventBody, ...]
    adjustments: tuple[AdjustmentBody, ...]
    note: str
    trouble: str = ""
    buyer: BuyerBody | None = None

    @classmethod
    def of(cls, order: OrderDetails) -> Self:
        money = order.currency
        totals = tuple(
            TotalBody(kind=t.kind, text=t.text, amount=shown(t.amount, money)) for t in order.totals
        )
        return cls(
            id=public("ord", order.order_id),
            checkout_id=public("chk", order.checkout_id),
            payment_id=public("pay", order.attempt_id),
            client=order.client,
            placed_at=order.placed_at,
            status=order.status,
            delivery=order.delivery,
            refund=order.refund,
            total=next(total.amount for total in totals if total.kind == "total"),
            lines=tuple(OrderLineBody.of(line, money) for line in order.lines),
            totals=totals,
            promises=tuple(PromiseBody.model_validate(p) for p in order.expectations),
            events=tuple(
                EventBody(
                    id=event.event_id,
                    kind=event.kind,
                    occurred_at=event.occurred_at,
                    lines=tuple(UnitsBody.model_validate(line) for line in event.lines),
                    carrier=event.carrier,
                    tracking_number=event.tracking_number,
                    tracking_url=event.tracking_url,
                    description=event.description,
                )
                for event in order.events
            ),
            adjustments=tuple(
                AdjustmentBody(
                    id=adjustment.adjustment_id,
                    kind=adjustment.kind,
                    status=adjustment.status,
                    occurred_at=adjustment.occurred_at,
                    amount=shown(adjustment.amount, money)
                    if adjustment.amount is not None
                    else None,
                    lines=tuple(UnitsBody.model_validate(line) for line in adjustment.lines),
                    description=adjustment.description,
                    failed_because=adjustment.failed_because,
                )
                for adjustment in order.adjustments
            ),
            note=order.note,
            trouble=order.trouble,
            buyer=BuyerBody.model_validate(order.buyer) if order.buyer else None,
        )


def shown(amount: int, currency: str) -> MoneyBody:
    return MoneyBody(amount=amount, currency=currency)
