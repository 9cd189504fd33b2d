from dataclasses import dataclass
from datetime import timedelta

from domain.contracts.notifications import RotateSecret, SubscriptionWithSecret
from domain.notifications.ports import Begin, Sealing
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RotateSecretHandler:
    begin: Begin
    sealing: Sealing
    clock: Clock

    async def __call__(self, message: RotateSecret, /) -> SubscriptionWithSecret:
        now, secret = self.clock(), self.sealing.make()
        async with self.begin() as book:
            found = await book.merchants.get(message.subscription_id)
            found.require_version(message.version)
            sealed = self.sealing.seal(secret, found.subscription_id)
            found.rotate(sealed, timedelta(seconds=message.grace_seconds), now)
            await book.merchants.save(found)
        return SubscriptionWithSecret(details=found.details(now), secret=secret)
