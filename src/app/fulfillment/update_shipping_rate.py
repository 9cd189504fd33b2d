from dataclasses import dataclass

from domain.contracts.fulfillment import KeptShippingRate, UpdateShippingRate
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import edited, require_fit, require_rate_id


@dataclass(frozen=True)
class UpdateShippingRateHandler:
    begin: BeginRates

    async def __call__(self, message: UpdateShippingRate, /) -> KeptShippingRate:
        require_rate_id(message.rate_id)
        require_fit([message.rate])
        async with self.begin() as kept:
            was = await kept.get(message.rate_id)
            now = edited(was, message.rate, message.version)
            await kept.save(was, now)
        return now
