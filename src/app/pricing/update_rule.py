from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from domain.pricing.editions import told
from domain.pricing.kinds import Kept, Kind, Rule
from domain.pricing.ports import Begin

Rule_co = TypeVar("Rule_co", covariant=True)


class Update(Protocol[Rule_co]):
    @property
    def rule_id(self) -> str: ...
    @property
    def rule(self) -> Rule_co: ...
    @property
    def version(self) -> int | None: ...


@dataclass(frozen=True)
class UpdateRuleHandler(Generic[Rule, Kept]):
    begin: Begin
    kind: Kind[Rule, Kept, Any]

    async def __call__(self, message: Update[Rule], /) -> Kept:
        rule, key = self.kind.fit(message.rule), self.kind.get_key(message.rule_id)
        async with self.begin() as kept:
            was = await kept.get(self.kind, key)
            now = was.edited(rule, message.version)
            await kept.save(was, now)
        return told(self.kind, now)
