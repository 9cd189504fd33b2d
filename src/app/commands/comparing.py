"""Our books of payments held against the provider's, from the first page to the last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import stamina

from domain.contracts.payments import MOST_LOOK_UPS, Difference, Payments, Reconcile, Reconciliation
from domain.shared.model import OutcomeUnknown, TryAgainLater
from domain.shared.values import AttemptId

PAGE = 50
again = stamina.AsyncRetryingCaller(attempts=6, timeout=120.0, wait_max=10.0).on(
    (OutcomeUnknown, TryAgainLater)  # it changes nothing
)


@dataclass
class Comparison:
    """What was found so far. It stands, also where the rest could not be asked for.

    Which attempts the provider told of is remembered while it goes on, about 100 bytes for each:
    the provider is asked one by one for those alone of which it did not tell.
    """

    compared: int = 0
    moving: int = 0
    differences: list[Difference] = field(default_factory=list)
    pages: int = 0
    is_whole: bool = False

    async def go_through(
        self,
        payments: Payments,
        since: datetime | None = None,
        most: int = PAGE,
        done: Callable[[int], None] = lambda _number: None,
    ) -> None:
        """Compare everything. A page that cannot be had is asked for again, a few times; `done` is
        told of each by how many were compared.
        """
        met: set[AttemptId] = set()
        after: str | None = None
        while not self.is_whole:
            page = await again(payments.reconcile, Reconcile(since=since, after=after, most=most))
            met |= set(page.there)
            self._take(page)
            done(page.compared)
            await self._look_for([one for one in page.held if one not in met], payments)
            after, self.is_whole = page.next, page.next is None

    async def _look_for(self, attempts: Sequence[AttemptId], payments: Payments) -> None:
        for begin in range(0, len(attempts), MOST_LOOK_UPS):
            some = tuple(attempts[begin : begin + MOST_LOOK_UPS])
            self._take(await again(payments.reconcile, Reconcile(only=some)))

    def _take(self, page: Reconciliation) -> None:
        self.compared += page.compared
        self.moving += page.moving
        self.differences += page.differences
        self.pages += 1
