"""What happened to an order since it was placed: parcels on their way, and money on its way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.pages import money
from domain.contracts.ordering import Adjustment, FulfilmentEvent, LineUnits, OrderDetails

TIMES = "\N{MULTIPLICATION SIGN}"
HAPPENED = {
    "processing": "Being prepared",
    "shipped": "Sent",
    "in_transit": "On its way",
    "delivered": "Delivered",
    "failed_attempt": "Delivery was tried",
    "canceled": "Delivery was cancelled",
    "undeliverable": "Could not be delivered",
    "returned_to_sender": "On its way back to the shop",
}
ADJUSTED = {"pending": "Under way", "completed": "Done", "failed": "Did not succeed"}


@dataclass(frozen=True, kw_only=True)
class EventView:
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ParcelView:
    title: str
    url: str | None
    number: str | None
    contents: tuple[str, ...]
    events: tuple[EventView, ...]


@dataclass(frozen=True, kw_only=True)
class AdjustmentView:
    title: str
    state: str
    is_failed: bool
    amount: str | None
    text: str
    contents: tuple[str, ...]
    at: datetime


def parcels(order: OrderDetails) -> Iterable[ParcelView]:
    """What happened, parcel by parcel: the newest first. What has no number is one."""
    by_number: dict[str | None, list[FulfilmentEvent]] = {}
    for event in sorted(order.events, key=lambda e: e.occurred_at, reverse=True):
        by_number.setdefault(event.tracking_number, []).append(event)
    for number, events in by_number.items():
        urls = (e.tracking_url for e in events if _is_link(e.tracking_url))
        yield ParcelView(
            title=next((e.carrier for e in events if e.carrier), None) or "Parcel",
            url=next(urls, None),
            number=number,
            contents=_contents(events[-1].lines, order),
            events=tuple(
                EventView(
                    title=_words(HAPPENED, e.kind), text=e.description or "", at=e.occurred_at
                )
                for e in events
            ),
        )


def adjustment_view(adjustment: Adjustment, order: OrderDetails) -> AdjustmentView:
    amount = adjustment.amount
    title = _words({}, adjustment.kind)
    return AdjustmentView(
        title=title,
        state=_words(ADJUSTED, adjustment.status),
        is_failed=adjustment.status == "failed",
        amount=money.told(amount, order.currency) if amount else None,
        text=adjustment.description or "",
        contents=_contents(adjustment.lines, order),
        at=adjustment.occurred_at,
    )


def given_back(order: OrderDetails) -> tuple[tuple[str, str], ...]:
    """What the buyer has again of what was paid, and what is still to come."""
    words = {"completed": "Given back", "pending": "Being given back"}
    sums = {
        status: sum(a.amount or 0 for a in order.adjustments if a.status == status)
        for status in words
    }
    return tuple((words[s], money.told(sums[s], order.currency)) for s in words if sums[s])


def _contents(lines: tuple[LineUnits, ...], order: OrderDetails) -> tuple[str, ...]:
    titles = {line.line_id: line.title for line in order.lines}
    return tuple(
        f"{abs(x.units)} {TIMES} {titles[x.line_id]}"
        for x in lines
        if x.line_id in titles and x.units
    )


def _is_link(url: str | None) -> bool:
    """Partners may say anything: what is no web address is not made one."""
    return (url or "").lower().startswith(("https://", "http://"))


def _words(known: dict[str, str], said: str) -> str:
    return known.get(said) or said.replace("_", " ").capitalize()
