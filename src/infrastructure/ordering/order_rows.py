"""An order as rows: what lists filter by in columns, lines in their own, the rest as one document."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from domain.contracts.ordering import (
    Adjustment,
    Attribution,
    Buyer,
    Expectation,
    FulfilmentEvent,
    OrderLine,
    Total,
)
from domain.ordering.order import Order
from domain.shared.countries import known


@dataclass(frozen=True, kw_only=True)
class History:
    """What is only ever read with its order, and whole."""

    totals: tuple[Total, ...]
    buyer: Buyer | None = None
    expectations: tuple[Expectation, ...] = ()
    events: tuple[FulfilmentEvent, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    staff_note: str = ""
    trouble: str = ""
    account: str | None = None
    attribution: tuple[Attribution, ...] = ()


history_json: TypeAdapter[History] = TypeAdapter(History)


def order_row(order: Order) -> dict[str, object]:
    history = History(
        totals=order.totals,
        buyer=order.buyer,
        expectations=order.expectations,
        events=order.events,
        adjustments=order.adjustments,
        staff_note=order.staff_note,
        trouble=order.trouble,
        account=order.account,
        attribution=order.attribution,
    )
    return {
        "order_id": order.order_id,
        "checkout_id": order.checkout_id,
        "attempt_id": order.attempt_id,
        "client": order.client,
        "currency": order.currency,
        "total": order.total.minor_units,
        "email": sought(order.buyer.email if order.buyer else None),
        "placed_at": order.placed_at,
        "is_cancelled": order.is_cancelled,
        "status": order.status,
        "country": _country(order.expectations),
        "history": history_json.dump_json(history, exclude_defaults=True).decode(),
        "presentation": order.presentation,
        "events_recorded": order.events_recorded,
    }


def sought(email: str | None) -> str | None:
    """An e-mail address as lists know it: people write theirs in more than one way."""
    return email.lower() if email is not None else None


def _country(promises: tuple[Expectation, ...]) -> str:
    first = next((promise.destination for promise in promises), None)
    return known(first.address_country if first else None) or ""


def line_rows(order: Order) -> list[dict[str, object]]:
    return [
        {
            "order_id": order.order_id,
            "number": number,
            "line_id": line.line_id,
            "sku": line.sku,
            "title": line.title,
            "image_url": line.image_url,
            "parent_id": line.parent_id,
            "unit_price": line.unit_price,
            "units_ordered": line.units_ordered,
            "units": line.units,
            "units_fulfilled": line.units_fulfilled,
            "subtotal": line.subtotal,
            "discount": line.discount,
            "total": line.total,
            "tax": line.tax,
            "units_returning": line.units_returning,
        }
        for number, line in enumerate(order.lines)
    ]


def order_of(row: RowMapping, lines: Sequence[RowMapping]) -> Order:
    history = history_json.validate_json(row["history"])
    return Order(
        order_id=row["order_id"],
        checkout_id=row["checkout_id"],
        attempt_id=row["attempt_id"],
        client=row["client"],
        currency=row["currency"],
        placed_at=row["placed_at"],
        lines=tuple(
            OrderLine(**{k: v for k, v in line.items() if k not in ("order_id", "number")})
            for line in lines
        ),
        totals=history.totals,
        buyer=history.buyer,
        expectations=history.expectations,
        events=history.events,
        adjustments=history.adjustments,
        is_cancelled=row["is_cancelled"],
        staff_note=history.staff_note,
        trouble=history.trouble,
        account=history.account,
        attribution=history.attribution,
        presentation=row["presentation"],
        version=row["version"],
        events_recorded=row["events_recorded"],
    )
