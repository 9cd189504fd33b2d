from dataclasses import dataclass

from domain.contracts.fulfillment import PutShippingRates, ShippingRatesPut
from domain.fulfillment.ports import Begin
from domain.fulfillment.rates import require_fit


@dataclass(frozen=True)
class PutShippingRatesHandler:
    begin: Begin

    async def __call__(self, message: PutShippingRates, /) -> ShippingRatesPut:
        require_fit(message.rates)
        async with self.begin() as dispatch:
            await dispatch.put_rates(message.rates)
        return ShippingRatesPut(rates=len(message.rates))
