"""What every context knows of one attempt to buy: the key that all their books have in common."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.commands.comparing import again
from app.commands.paging import every
from domain.contracts.inventory import (
    Inventory,
    ListReservations,
    ListStock,
    ReservationDetails,
    Stock,
)
from domain.contracts.ordering import (
    AttemptDetails,
    LedgerEntry,
    ListAttempts,
    ListLedger,
    Ordering,
)
from domain.contracts.payments import ListPayments, Payment, Payments
from domain.shared.ids import public
from domain.shared.values import AttemptId

PREFIXES = {"payment": "pay", "reservation": "res", "attempt": "att", "order": "att"}


@dataclass(frozen=True, kw_only=True)
class Standing:
    attempt_id: AttemptId
    payment: Payment | None = None
    reservation: ReservationDetails | None = None
    attempt: AttemptDetails | None = None
    order: LedgerEntry | None = None


class Books:
    """The books of three contexts, wherever those are kept."""

    def __init__(self, ordering: Ordering, inventory: Inventory, payments: Payments) -> None:
        self._stock = _patient(inventory.list_stock)
        # In this order: what was begun for an attempt is looked at before the attempt itself, so
        # that what is undone meanwhile is seen to be under way, and not to be left over.
        self._lists: dict[str, tuple[Any, Any]] = {
            "payment": (_patient(payments.list_payments), ListPayments()),
            "reservation": (_patient(inventory.list_reservations), ListReservations()),
            "attempt": (_patient(ordering.list_attempts), ListAttempts()),
            "order": (_patient(ordering.list_ledger), ListLedger()),
        }

    async def standings(self) -> AsyncIterator[Standing]:
        """Of every attempt that any of them knows, the newest first. A page of each is in memory."""
        left = {name: every(*listed) for name, listed in self._lists.items()}
        heads = {name: await anext(items, None) for name, items in left.items()}
        while known := [head.attempt_id for head in heads.values() if head]:
            newest = max(known)
            its = {name: h for name, h in heads.items() if h and h.attempt_id == newest}
            yield Standing(attempt_id=newest, **its)
            for name in its:
                heads[name] = await anext(left[name], None)

    async def reservations(self) -> AsyncGenerator[ReservationDetails]:
        """The newest first."""
        async for one in every(*self._lists["reservation"]):
            yield one

    async def stock(self) -> list[Stock]:
        """All there is, by SKU."""
        return [one async for one in every(self._stock, ListStock())]

    async def look(self, attempt_id: AttemptId) -> Standing:
        """How one stands now."""
        found = {name: await self._one(name, attempt_id) for name in self._lists}
        return Standing(attempt_id=attempt_id, **found)

    async def _one(self, name: str, attempt_id: AttemptId) -> Any:
        call, message = self._lists[name]
        just_after = public(PREFIXES[name], UUID(int=attempt_id.int + 1))
        page = await call(type(message)(after=just_after, most=1))
        return next((one for one in page.items if one.attempt_id == attempt_id), None)


def _patient(call: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
    """A page that cannot be had is asked for again, a few times: that changes nothing."""

    async def asked(message: Any) -> Any:
        return await again(call, message)

    return asked
