from dataclasses import dataclass

from domain.contracts.fulfillment import GetShippingRate, KeptShippingRate
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import require_rate_id


@dataclass(frozen=True)
class GetShippingRateHandler:
    begin: BeginRates

    async def __call__(self, message: GetShippingRate, /) -> KeptShippingRate:
        require_rate_id(message.rate_id)
        async with self.begin() as kept:
            return await kept.get(message.rate_id)
