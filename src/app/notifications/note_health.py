"""What deliveries say of those whom they were for: who is gone, or failed for too long, is told no more."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from domain.contracts.notifications import MERCHANT, SubscriptionId
from domain.notifications.delivery import DISABLED, Delivery
from domain.notifications.ports import DeliveryBook


async def note_health(book: DeliveryBook, outcomes: Sequence[Delivery], now: datetime) -> None:
    """In the transaction that writes the outcomes down."""
    of: dict[SubscriptionId, list[Delivery]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.kind == MERCHANT and outcome.subscription_id:
            of[SubscriptionId(outcome.subscription_id)].append(outcome)
    for subscription_id in sorted(of):
        if not (subscription := await book.merchants.find(subscription_id)):
            continue
        was_enabled = subscription.is_enabled
        for outcome in of[subscription_id]:
            subscription.hear(outcome, now)
        await book.merchants.save(subscription)
        if was_enabled and not subscription.is_enabled:
            await book.give_up(subscription_id, DISABLED, now)
