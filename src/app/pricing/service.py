from dataclasses import dataclass

from app.pricing.put_rules import PutRulesHandler
from app.pricing.quote_basket import QuoteHandler


@dataclass(frozen=True)
class PricingService:
    """The `Pricing` contract, kept here in this process: one handler for each call."""

    put_rules: PutRulesHandler
    quote: QuoteHandler
