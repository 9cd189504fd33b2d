from dataclasses import dataclass

from domain.contracts.fulfillment import ListShippingRates, ShippingRatePage, UnknownCursor
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import known_rate_id
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListShippingRatesHandler:
    begin: BeginRates

    async def __call__(self, message: ListShippingRates, /) -> ShippingRatePage:
        after = message.after
        if after is not None and not known_rate_id(after):
            raise UnknownCursor(after)
        most = bounded(message.most)
        async with self.begin() as kept:
            found = await kept.page(after, most + 1)
        page, has_more = cut(found, most)
        return ShippingRatePage(items=page, next=page[-1].rate.rate_id if has_more else None)
