from dataclasses import dataclass

from domain.contracts.pricing import PutRules, RulesPut
from domain.pricing.ports import Begin
from domain.pricing.rules import fit


@dataclass(frozen=True)
class PutRulesHandler:
    begin: Begin

    async def __call__(self, message: PutRules, /) -> RulesPut:
        rules = fit(message)
        async with self.begin() as kept:
            await kept.put(rules)
        return RulesPut(rules=len(rules.discounts) + len(rules.promotions) + len(rules.tax_rates))
