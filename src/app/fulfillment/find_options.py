from dataclasses import dataclass

from domain.contracts.fulfillment import FindOptions, Options
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import countries, options
from domain.shared.values import is_currency


@dataclass(frozen=True)
class FindOptionsHandler:
    begin: BeginRates

    async def __call__(self, message: FindOptions, /) -> Options:
        if not is_currency(message.currency):
            return Options(options=())
        async with self.begin() as kept:
            return options(await kept.offered(countries(message.country), message.currency))
