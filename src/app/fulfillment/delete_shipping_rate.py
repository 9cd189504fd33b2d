from dataclasses import dataclass

from domain.contracts.fulfillment import DeleteShippingRate, ShippingRateDeleted
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import require_rate_id, require_seen


@dataclass(frozen=True)
class DeleteShippingRateHandler:
    begin: BeginRates

    async def __call__(self, message: DeleteShippingRate, /) -> ShippingRateDeleted:
        require_rate_id(message.rate_id)
        async with self.begin() as kept:
            was = await kept.get(message.rate_id)
            require_seen(was, message.version)
            await kept.remove(was)
        return ShippingRateDeleted(rate_id=message.rate_id)
