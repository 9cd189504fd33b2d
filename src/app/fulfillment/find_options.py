from dataclasses import dataclass

from domain.contracts.fulfillment import FindOptions, Options
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import countries, options_for
from domain.shared.values import is_currency


@dataclass(frozen=True)
class FindOptionsHandler:
    begin: BeginRates

    async def __call__(self, message: FindOptions, /) -> Options:
        asked = (message.country, *message.countries) if is_currency(message.currency) else ()
        applying = sorted({code for country in asked for code in countries(country)})
        if message.with_places:
            async with self.begin() as kept:
                return options_for(
                    message, *await kept.offered_with_places(applying, message.currency)
                )
        if not applying:
            return options_for(message, (), None)
        async with self.begin() as kept:
            return options_for(message, await kept.offered(applying, message.currency), None)
