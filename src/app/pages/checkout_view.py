"""A checkout as its page shows it: sentences and figures, nothing left to work out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from app.pages import choices, money, told
from app.pages.choices import Choice
from app.pages.form import ADDRESS, CONTACT, ELSEWHERE, Filled
from app.pages.payment import Payment, Way
from domain.contracts.ordering import CheckoutDetails, CheckoutLine, Notice, Total


@dataclass(frozen=True, kw_only=True)
class LineView:
    line_id: str
    title: str
    image_url: str | None
    unit_price: str
    units: int
    quantity: str
    total: str
    before: str | None
    notes: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TotalView:
    text: str
    amount: str
    is_sum: bool = False
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckoutView:
    """`values` and `mistakes` are by field; `problems` are those in the order of the page."""

    key: str
    seen: str
    seen_total: int
    currency: str
    lines: tuple[LineView, ...]
    totals: tuple[TotalView, ...]
    total: str
    is_free: bool
    codes: tuple[str, ...]
    needs_delivery: bool
    destinations: tuple[Choice, ...]
    types_address: bool
    options: tuple[Choice, ...]
    ways: tuple[Way, ...]
    elsewhere: tuple[str, ...]
    is_ready: bool
    expires_at: datetime
    values: Mapping[str, str]
    mistakes: Mapping[str, str]
    problems: tuple[tuple[str, str], ...]
    note: str
    is_good_note: bool


def view(
    details: CheckoutDetails,
    payment: Payment,
    note: str = "",
    filled: Filled | None = None,
    wrong: Mapping[str, str] | None = None,
) -> CheckoutView:
    """`filled` is what the buyer typed, where that has mistakes (`wrong`) and was not kept."""
    found = _sorted(
        wrong.items() if wrong else told.mistakes(details, goes_on=note == told.GOES_ON)
    )
    total = next(entry for entry in details.totals if entry.kind == "total")
    typed = filled.values if filled else {}
    values = {**choices.held(details), **typed}
    return CheckoutView(
        key=token_urlsafe(24),
        seen=seen(details),
        seen_total=total.amount,
        currency=details.currency,
        lines=tuple(
            line_view(line, details.currency, typed, told.beside(details.notices, index))
            for index, line in enumerate(details.lines)
        ),
        totals=tuple(total_view(entry, details.currency) for entry in details.totals),
        total=money.told(total.amount, details.currency),
        is_free=total.amount == 0,
        codes=_accepted(details),
        needs_delivery=told.needs_delivery(details),
        destinations=choices.destinations(details, values),
        types_address=values["destination"] in ("", ELSEWHERE),
        options=choices.options(details, values),
        ways=payment.ways,
        elsewhere=payment.elsewhere,
        is_ready=told.is_ready(details),
        expires_at=details.expires_at,
        values=values,
        mistakes={field: text for field, text in reversed(found) if field},
        problems=tuple(found),
        note=told.said(note, has_problems=bool(found)),
        is_good_note=note in told.GOOD,
    )


def seen(details: CheckoutDetails) -> str:
    """What is bought and where it can go, in short: a page that was shown before that changed is
    known by it. What is filled in on the page itself is no part of it.
    """
    lines = [(x.line_id, x.sku, x.unit_price, x.title) for x in details.lines]
    places = [(d.destination_id, d.address) for d in choices.known(details)]
    return sha256(repr((details.currency, lines, places)).encode()).hexdigest()[:16]


def _sorted(found: object) -> list[tuple[str, str]]:
    order = ("", "quantity", *CONTACT, "destination", *ADDRESS, "option", "code", "way")
    pairs = dict.fromkeys(found)  # type: ignore[call-overload]
    return sorted(pairs, key=lambda pair: order.index(pair[0].partition("-")[0]))


def line_view(
    line: CheckoutLine,
    currency: str,
    typed: Mapping[str, str],
    notes: tuple[Notice, ...] = (),
) -> LineView:
    units = line.quantity.units
    return LineView(
        line_id=line.line_id,
        title=line.title,
        image_url=line.image_url if (line.image_url or "").startswith("https://") else None,
        unit_price=money.told(line.unit_price, currency),
        units=units,
        quantity=typed.get(f"quantity-{line.line_id}", str(units)),
        total=money.told(line.total, currency),
        before=money.told(line.subtotal, currency) if line.discount else None,
        notes=notes,
    )


def total_view(entry: Total, currency: str) -> TotalView:
    is_free = entry.kind == "fulfillment" and entry.amount == 0
    return TotalView(
        text=entry.text,
        amount="Free" if is_free else money.told(entry.amount, currency),
        is_sum=entry.kind == "total",
        parts=tuple((part.text, money.told(part.amount, currency)) for part in entry.parts),
    )


def _accepted(details: CheckoutDetails) -> tuple[str, ...]:
    refused = {n.path for n in details.notices}
    codes = enumerate(details.codes or ())
    return tuple(code for i, code in codes if f"discounts.codes[{i}]" not in refused)
