from dataclasses import dataclass

from domain.contracts.fulfillment import PutShippingRates, ShippingRatesPut
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import require_fit


@dataclass(frozen=True)
class PutShippingRatesHandler:
    begin: BeginRates

    async def __call__(self, message: PutShippingRates, /) -> ShippingRatesPut:
        require_fit(message.rates)
        async with self.begin() as kept:
            await kept.put(message.rates)
        return ShippingRatesPut(rates=len(message.rates))
