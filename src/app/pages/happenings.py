"""What happened to an order since it was placed: parcels on their way, and money on its way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.pages import money
from domain.contracts.ordering import Adjustment, FulfilmentEvent, LineUnits, OrderDetails
from domain.shared.ids import from_public

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
    contents: tuple[str, ...]
    at: datetime


def parcels(order: OrderDetails) -> Iterable[ParcelView]:
    """What happened, parcel by parcel: the newest first."""
    parcels: dict[object, list[FulfilmentEvent]] = {}
    for event in sorted(order.events, key=lambda e: e.occurred_at, reverse=True):
        parcels.setdefault(_parcel(event), []).append(event)
    for events in parcels.values():
        urls = (e.tracking_url for e in events if _is_link(e.tracking_url))
        yield ParcelView(
            title=next((e.carrier for e in events if e.carrier), None) or "Parcel",
            url=next(urls, None),
            number=events[0].tracking_number,
            contents=_contents(_all_lines(events), order),
            events=tuple(
                EventView(
                    title=_words(HAPPENED, e.kind), text=e.description or "", at=e.occurred_at
                )
                for e in events
            ),
        )


def _parcel(event: FulfilmentEvent) -> object:
    """What the parcel of an event is known by. Without a number, what the house has sent is a
    parcel each time; of what partners report, the same goods by the same carrier are.
    """
    if event.tracking_number:
        return event.tracking_number
    if from_public("par", event.event_id):
        return event.event_id
    return event.carrier, frozenset((x.line_id, x.units) for x in event.lines)


def _all_lines(events: Iterable[FulfilmentEvent]) -> tuple[LineUnits, ...]:
    """What was in a parcel, of which each event may name but a part."""
    units: dict[str, int] = {}
    for line in (line for event in events for line in event.lines):
        units[line.line_id] = max(units.get(line.line_id, 0), line.units)
    return tuple(LineUnits(line_id=name, units=count) for name, count in units.items())


def adjustment_view(adjustment: Adjustment, order: OrderDetails) -> AdjustmentView:
    """Why is left out: staff wrote it for whom it concerns, and this page may be handed on."""
    amount = adjustment.amount
    title = _words({}, adjustment.kind)
    return AdjustmentView(
        title=title,
        state=_words(ADJUSTED, adjustment.status),
        is_failed=adjustment.status == "failed",
        amount=money.told(amount, order.currency) if amount else None,
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
