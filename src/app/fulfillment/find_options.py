from dataclasses import dataclass

from domain.contracts.fulfillment import FindOptions, Options
from domain.fulfillment.ports import Begin
from domain.fulfillment.rates import countries, options
from domain.shared.values import is_currency


@dataclass(frozen=True)
class FindOptionsHandler:
    begin: Begin

    async def __call__(self, message: FindOptions, /) -> Options:
        if not is_currency(message.currency):
            return Options(options=())
        async with self.begin() as dispatch:
            return options(await dispatch.rates(countries(message.country), message.currency))
