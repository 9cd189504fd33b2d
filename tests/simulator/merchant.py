"""A merchant's own system: it is told of orders, and what it is sent fares as it may."""

from asyncio import sleep
from datetime import datetime
from uuid import UUID

from domain.contracts.notifications import EVENTS, SubscriptionId
from domain.notifications.delivery import Delivery
from domain.notifications.merchant_subscription import MerchantSubscription
from domain.notifications.ports import NotTaken
from domain.shared.ids import uuid7
from tests.simulator.tasks import Tasks
from tests.simulator.trouble import Trouble

CHOSEN = (EVENTS, ("order.placed", "order.cancelled", "order.refunded"))
"""What each of two subscriptions wants to hear."""


def a_subscription(number: int, now: datetime) -> MerchantSubscription:
    return MerchantSubscription(
        subscription_id=SubscriptionId(uuid7(now)),
        key=f"{number}",
        target=target(number),
        events=CHOSEN[number],
        sealed="",
        created_at=now,
    )


def target(number: int) -> str:
    return f"https://erp.example/{number}"


class Merchant:
    """Remembers all that reached it, as often as it did, in that order."""

    def __init__(self, trouble: Trouble, spawn: Tasks) -> None:
        self._trouble, self._spawn = trouble, spawn
        self.heard: list[Delivery] = []

    async def __call__(self, delivery: Delivery) -> None:
        await self._trouble.interrupt("a merchant is told")
        fate = self._trouble.fate_of_message("webhook")
        if fate == "late":
            self._spawn(self._later(delivery))
        elif fate != "lost":
            self.heard += [delivery] * (2 if fate == "doubled" else 1)
        if fate in ("lost", "late", "unanswered"):
            raise NotTaken(f"it was {fate}")

    async def _later(self, delivery: Delivery) -> None:
        await sleep(self._trouble.random.random() * 30.0)
        self.heard.append(delivery)

    def first(self) -> list[Delivery]:
        """Each once, in the order in which they first came."""
        found: dict[UUID, Delivery] = {}
        for one in self.heard:
            found.setdefault(one.delivery_id, one)
        return list(found.values())
