"""Webhooks to the merchant's own systems, as standardwebhooks.com has them."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from hmac import digest

from domain.contracts.notifications import SubscriptionId, UnfitSubscription
from domain.notifications.delivery import DELETED, DISABLED, Delivery
from domain.notifications.merchant_subscription import MerchantSubscription
from domain.notifications.ports import Begin, NotTaken, Sealing, Unsealable
from domain.shared.clock import Clock
from infrastructure.notifications.posting import post
from infrastructure.notifications.sealed_secrets import PREFIX
from infrastructure.shared.calls.guarded_client import GuardedClient, NotAllowed


class StandardWebhooks:
    """Posts what is told to where it is wanted now, signed by all secrets that are good now and at
    this moment: whoever gets an old one again would not believe the time of the first try.
    """

    def __init__(self, line: GuardedClient, begin: Begin, sealing: Sealing, clock: Clock) -> None:
        self._line, self._begin, self._sealing, self._clock = line, begin, sealing, clock

    async def __call__(self, delivery: Delivery) -> None:
        subscription = await self._subscription(delivery)
        body, name = delivery.body.encode(), str(delivery.delivery_id)
        now = self._clock()
        at = str(int(now.timestamp()))
        try:
            secrets = [
                self._sealing.open(sealed, subscription.subscription_id)
                for sealed in subscription.sealed_secrets(now)
            ]
        except Unsealable:
            raise NotTaken("its secret cannot be opened: rotate it, without grace") from None
        headers = {
            "webhook-id": name,
            "webhook-timestamp": at,
            "webhook-signature": signatures(secrets, name, at, body),
            "content-type": "application/json",
        }
        await post(self._line, subscription.target, body, headers)

    async def _subscription(self, delivery: Delivery) -> MerchantSubscription:
        async with self._begin() as book:
            found = (
                await book.merchants.find(SubscriptionId(delivery.subscription_id))
                if delivery.subscription_id
                else None
            )
        if not found:
            raise NotTaken(DELETED, is_final=True)
        if not found.is_enabled:
            raise NotTaken(DISABLED, is_final=True)
        return found


class Reachable:
    """`RequireReachable`: what its own address says. Where its name leads is seen with each call."""

    def __init__(self, line: GuardedClient) -> None:
        self._line = line

    def __call__(self, target: str) -> None:
        try:
            self._line.require_fit(target)
        except NotAllowed as no:
            raise UnfitSubscription(f"it would not be called: {no}") from None


def signatures(secrets: Iterable[str], name: str, at: str, body: bytes) -> str:
    """One for each secret."""
    signed = f"{name}.{at}.".encode() + body
    keys = (b64decode(secret.removeprefix(PREFIX)) for secret in secrets)
    return " ".join(f"v1,{b64encode(digest(key, signed, sha256)).decode()}" for key in keys)
