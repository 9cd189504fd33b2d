from dataclasses import dataclass

from domain.contracts.fulfillment import CreateShippingRate, KeptShippingRate
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import require_fit


@dataclass(frozen=True)
class CreateShippingRateHandler:
    begin: BeginRates

    async def __call__(self, message: CreateShippingRate, /) -> KeptShippingRate:
        require_fit([message.rate])
        async with self.begin() as kept:
            return await kept.add(message.rate)
