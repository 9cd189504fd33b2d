from dataclasses import dataclass
from typing import Any, Generic

from domain.contracts.pricing import ListRules
from domain.pricing.editions import told
from domain.pricing.kinds import Kind, Page, Rule
from domain.pricing.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListRulesHandler(Generic[Rule, Page]):
    begin: Begin
    kind: Kind[Rule, Any, Page]

    async def __call__(self, message: ListRules, /) -> Page:
        most = bounded(message.most)
        after = self.kind.find_key(message.after or "")
        async with self.begin() as kept:
            found = await kept.page(self.kind, after, most + 1)
        page, has_more = cut(found, most)
        return self.kind.page(
            items=tuple(told(self.kind, one) for one in page),
            next=page[-1].rule_id if has_more else None,
        )
