from dataclasses import dataclass

from domain.contracts.pricing import Quote, RequestQuote
from domain.pricing.ports import Begin
from domain.pricing.quote import quote
from domain.shared.clock import Clock


@dataclass(frozen=True)
class QuoteHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: RequestQuote, /) -> Quote:
        async with self.begin() as kept:
            rules = await kept.about(message)
        return quote(message, rules, self.clock())
