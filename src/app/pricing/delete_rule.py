from dataclasses import dataclass

from domain.contracts.pricing import DeleteRule, RuleDeleted
from domain.pricing.kinds import AnyKind
from domain.pricing.ports import Begin


@dataclass(frozen=True)
class DeleteRuleHandler:
    begin: Begin
    kind: AnyKind

    async def __call__(self, message: DeleteRule, /) -> RuleDeleted:
        key = self.kind.get_key(message.rule_id)
        async with self.begin() as kept:
            was = await kept.get(self.kind, key)
            was.require(message.version)
            await kept.remove(was)
        return RuleDeleted(rule_id=was.rule_id)
