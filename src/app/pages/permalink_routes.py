"""What a link says to buy, in a browser: looked at, and taken to a checkout (UCP CHK-6)."""

from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic_core import from_json

from app.pages import money
from app.pages.checkout_view import LineView, TotalView
from app.pages.form import read
from app.pages.paper import Paper
from app.pages.permalinks import AT, Wished
from app.ucp.presentation import Presentation
from domain.contracts import ordering as contract
from domain.contracts.catalog import Catalog, FindItems, Item
from domain.contracts.ordering import CreateCheckout, Ordering, WantedLine
from domain.shared.values import Sku

CLIENT = "permalink"
"""Whose such checkouts are: no platform is called so, for none brought the buyer."""
NOTHING = "Nothing of this is sold here"
LEFT_OUT = "Not sold here, or not any more, and so left out:"
NOT_SOLD = ("What this link leads to is not sold here, or not any more.",)


def add(
    routes: APIRouter,
    ordering: Ordering,
    catalog: Catalog,
    paper: Paper,
    link: dict[str, Any],
    *,
    currency: str,
    shown: Presentation,
) -> None:
    """To look at it keeps nothing: links are opened by programs, too. What is bought by it is told of
    as `shown`: no platform said how.
    """

    @routes.api_route(AT, methods=["GET", "HEAD"], **link)
    async def show(request: Request) -> Response:
        wished = Wished.read(request.url.query)
        skus = tuple(dict.fromkeys(line.sku for line in wished.lines))
        found = await catalog.find_items(FindItems(skus=skus, currency=currency, may_be_stale=True))
        items = {item.sku: item for item in found.items}
        lines = [line for line in wished.lines if line.sku in items]
        missing = [sku for sku in skus if sku not in items]
        if not lines:
            return paper.said(NOTHING, *NOT_SOLD)
        return paper.page(
            "cart.html",
            key=token_urlsafe(24),
            action=f"{paper.root}{wished.link}",
            lines=[_shown(line, items[line.sku], currency) for line in lines],
            totals=[_total(lines, items, currency)],
            currency=currency,
            expires_at=None,
            left_out=f"{LEFT_OUT} {', '.join(missing)}" if missing else "",
        )

    @routes.post(AT, **link)
    async def check_out(request: Request) -> Response:
        filled = read(await request.body(), request.headers.get("content-type", ""))
        wished = Wished.read(request.url.query)
        said = await ordering.create_checkout(
            CreateCheckout(
                request=_request(wished, filled["key"], shown),
                lines=wished.lines,
                codes=wished.codes or None,
            )
        )
        told = from_json(said.body)
        if checkout := told.get("id"):
            return paper.sent_on(f"/checkout/{checkout}")
        why = dict.fromkeys(message["content"] for message in told["messages"])
        return paper.said("None of this can be bought", *why, "Nothing was ordered.")


def _request(wished: Wished, key: str, shown: Presentation) -> contract.Request:
    """A form that is sent again is the same request: its key was minted when it was shown."""
    name = sha256(f"{wished.link} {key}".encode()).hexdigest()
    return contract.Request(
        client=CLIENT,
        operation="page_check_out",
        key=name,
        fingerprint=name,
        presentation=shown.to_text(),
    )


def _shown(line: WantedLine, item: Item, currency: str) -> LineView:
    price, units = item.unit_price.minor_units, line.quantity.units
    return LineView(
        line_id=item.sku,
        title=item.title,
        image_url=item.image_url if (item.image_url or "").startswith("https://") else None,
        unit_price=money.told(price, currency),
        units=units,
        quantity=str(units),
        total=money.told(price * units, currency),
        before=None,
    )


def _total(lines: list[WantedLine], items: Mapping[Sku, Item], currency: str) -> TotalView:
    amount = sum(items[line.sku].unit_price.minor_units * line.quantity.units for line in lines)
    return TotalView(text="Total", amount=money.told(amount, currency), is_sum=True)
