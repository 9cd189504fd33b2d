from dataclasses import dataclass
from typing import Any, Generic

from domain.contracts.pricing import GetRule
from domain.pricing.editions import told
from domain.pricing.kinds import Kept, Kind, Rule
from domain.pricing.ports import Begin


@dataclass(frozen=True)
class GetRuleHandler(Generic[Rule, Kept]):
    begin: Begin
    kind: Kind[Rule, Kept, Any]

    async def __call__(self, message: GetRule, /) -> Kept:
        key = self.kind.get_key(message.rule_id)
        async with self.begin() as kept:
            return told(self.kind, await kept.get(self.kind, key))
