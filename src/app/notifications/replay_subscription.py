from dataclasses import dataclass
from uuid import UUID

from domain.contracts.notifications import (
    DeliveryId,
    ReplaySubscription,
    SubscriptionReplayed,
    UnfitSubscription,
)
from domain.notifications.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import earliest_uuid7, happened_at

AT_ONCE, MOST = 500, 5000
"""Deliveries of one transaction, and of one wish: it is answered before a deadline is over."""


@dataclass(frozen=True)
class ReplaySubscriptionHandler:
    """In several transactions: what ends between them has sent again what came before, and the same
    wish again sends the rest.
    """

    begin: Begin
    clock: Clock

    async def __call__(self, message: ReplaySubscription, /) -> SubscriptionReplayed:
        now = self.clock()
        if message.since > now:
            raise UnfitSubscription("what is to come cannot be sent again")
        beyond: UUID = earliest_uuid7(message.since)
        number = 0
        while number < MOST:
            some = await self._some(message, beyond)
            number += len(some)
            if len(some) < AT_ONCE:
                return SubscriptionReplayed(deliveries=number)
            beyond = some[-1]
        return SubscriptionReplayed(deliveries=number, continues_at=happened_at(beyond))

    async def _some(self, message: ReplaySubscription, beyond: UUID) -> list[DeliveryId]:
        async with self.begin() as book:
            found = await book.merchants.get(message.subscription_id)
            found.require_enabled()
            return await book.replay(found.subscription_id, beyond, self.clock(), most=AT_ONCE)
