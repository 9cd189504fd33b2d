from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from domain.pricing.editions import Edition, told
from domain.pricing.kinds import Kept, Kind, Rule
from domain.pricing.ports import Begin
from domain.shared.ids import first_version

Rule_co = TypeVar("Rule_co", covariant=True)


class Creation(Protocol[Rule_co]):
    @property
    def rule(self) -> Rule_co: ...


@dataclass(frozen=True)
class CreateRuleHandler(Generic[Rule, Kept]):
    begin: Begin
    kind: Kind[Rule, Kept, Any]

    async def __call__(self, message: Creation[Rule], /) -> Kept:
        rule = self.kind.fit(message.rule)
        new = Edition(kind=self.kind, rule=rule, version=first_version())
        async with self.begin() as kept:
            await kept.add(new)
        return told(self.kind, new)
