"""Mistakes planted in a process that serves: what the books must show to have been made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app import placement
from app.payments.capture_shipped import CaptureShipped
from domain.contracts.fulfillment import ParcelShipped
from domain.payments.operation import OperationKind
from domain.payments.ports import PaymentBook
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.events.relay import Relay
from tests.faults.storm.witness import WitnessedInbox

FORGETS_ONE_OF = 7


class ForgetfulRelay(Relay):
    """Marks as sent what it has not brought."""

    _seen = 0

    async def _bring(self, context: str, batch: list[Posted], away: set[str]) -> None:
        brought = []
        for posted in batch:
            self._seen += 1
            if self._seen % FORGETS_ONE_OF:
                brought.append(posted)
            else:
                self._has(context, [posted])
        await super()._bring(context, brought, away)


class NoInbox(WitnessedInbox):
    """Works through whatever comes, as often as it comes."""

    async def receive_all(self, batch: Sequence[Posted]) -> None:
        for posted in batch:
            await self.receive(posted)

    async def _take(self, consumer: Consumer, posted: Posted, times_held_up: int) -> None:  # noqa: ARG002
        async with self._begin() as (_, repository):
            await consumer.handle(repository, posted.opened())


@dataclass(frozen=True)
class CaptureTwice:
    """Takes the money for a parcel, and once more under another key."""

    once: CaptureShipped

    async def __call__(self, book: PaymentBook, shipped: ParcelShipped, /) -> None:
        await self.once(book, shipped)
        if (payment := await book.find_paid(shipped.order_id)) and payment.amount:
            again, units = f"{shipped.parcel.parcel_id} again", payment.amount.minor_units
            payment._begin(OperationKind.CAPTURE, again, units, self.once.clock())
            await book.save(payment)


class CapturesTwice(WitnessedInbox):
    def __init__(self, *told: Any) -> None:
        engine, table, repository, consumers, ring = told
        planted = [
            replace(one, handle=CaptureTwice(one.handle))
            if isinstance(one.handle, CaptureShipped)
            else one
            for one in consumers
        ]
        super().__init__(engine, table, repository, planted, ring)


def _relay() -> None:
    planted("Relay", ForgetfulRelay)


def _inbox(kind: type[WitnessedInbox]) -> Callable[[], None]:
    def plant() -> None:
        planted("Inbox", kind)

    return plant


def planted(name: str, kind: type) -> None:
    """The container, once it is put together, has this in its place."""
    setattr(placement, name, kind)


PLANTS: dict[str, Callable[[], None]] = {
    "relay that forgets": _relay,
    "consumer without inbox": _inbox(NoInbox),
    "double capture": _inbox(CapturesTwice),
}
