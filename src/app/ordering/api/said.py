"""What staff says about orders, as it is read from requests."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, ConfigDict, Field

from app.edge.desk import Body, Moment, MoneyBody, Whole
from domain.shared.values import MOST_UNITS, Money, OrderId

ORDER_ID = "^ord_[0-9a-f]{32}$"
TEXT = r"^[^\x00]*$"
Units = Annotated[Whole, Field(ge=1, le=MOST_UNITS)]
SomeUnits = Annotated[Whole, Field(ge=0, le=MOST_UNITS)]
LineId = Annotated[str, Field(min_length=1, max_length=64, pattern=TEXT)]
Reason = Annotated[str, Field(max_length=1000, pattern=TEXT)]
Sought = Annotated[str | None, Query(max_length=320, pattern=TEXT)]
When = Annotated[Moment | None, Query(description="RFC 3339, with its zone.")]


async def _order(order_id: Annotated[str, Path(pattern=ORDER_ID)]) -> OrderId:
    return order_named(order_id)


OrderNamed = Annotated[OrderId, Depends(_order)]
ReturnNamed = Annotated[str, Path(max_length=64)]


def order_named(text: str) -> OrderId:
    """The order of a name that fits `ORDER_ID`."""
    return OrderId(UUID(hex=text.removeprefix("ord_")))


def _counted(body: MoneyBody) -> MoneyBody:
    money(body)
    return body


def money(body: MoneyBody) -> Money:
    return Money(body.amount, body.currency)


Amount = Annotated[MoneyBody, AfterValidator(_counted)]


def like(*examples: dict[str, Any]) -> ConfigDict:
    """What a body may look like."""
    return ConfigDict(json_schema_extra={"examples": list(examples)})


class ReasonBody(Body):
    model_config = like({"reason": "The buyer changed her mind"})

    reason: Reason = ""


class RefundBody(Body):
    model_config = like({"amount": {"amount": 1500, "currency": "USD"}, "reason": "It came late"})

    amount: Amount
    reason: Reason = ""


class NoteBody(Body):
    model_config = like({"note": "Asked to ring twice"})

    note: Annotated[str, Field(max_length=4000, pattern=TEXT)]


class LineBody(Body):
    line_id: LineId
    units: Units


class ParcelBody(Body):
    """Without lines: all that is left."""

    model_config = like(
        {
            "lines": [{"line_id": "line_1", "units": 1}],
            "carrier": "Example Post",
            "tracking_number": "EP123456789",
            "tracking_url": "https://carrier.example/EP123456789",
        },
        {},
    )

    lines: tuple[LineBody, ...] = ()
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


class ReturnWishBody(Body):
    model_config = like({"lines": [{"line_id": "line_1", "units": 1}], "reason": "Too small"})

    lines: Annotated[tuple[LineBody, ...], Field(min_length=1)]
    reason: Reason = ""


class ReceivedLineBody(Body):
    line_id: LineId
    restocked: SomeUnits = 0
    written_off: SomeUnits = 0


class ReceivedBody(Body):
    """Lines that are not named did not come back."""

    model_config = like({"lines": [{"line_id": "line_1", "restocked": 1, "written_off": 1}]})

    lines: Annotated[tuple[ReceivedLineBody, ...], Field(min_length=1)]


class RefundWishBody(Body):
    """Without an amount: all that is still due for what came back."""

    model_config = like({}, {"amount": {"amount": 900, "currency": "USD"}, "reason": "Worn"})

    amount: Amount | None = None
    reason: Reason = ""


class OrderFilter(Body):
    """What the orders of a list have in common."""

    status: str | None = None
    email: str | None = None
    client: str | None = None
    sku: str | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    country: str | None = None


async def _filter(
    status: Sought = None,
    email: Sought = None,
    client: Sought = None,
    sku: Sought = None,
    placed_from: When = None,
    placed_to: When = None,
    country: Sought = None,
) -> OrderFilter:
    return OrderFilter(
        status=status,
        email=email,
        client=client,
        sku=sku,
        placed_from=placed_from,
        placed_to=placed_to,
        country=country,
    )


Filter = Annotated[OrderFilter, Depends(_filter)]
