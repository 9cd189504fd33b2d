from dataclasses import dataclass
from typing import Any, Generic

from domain.contracts.pricing import ListRules, UnknownCursor
from domain.pricing.editions import told
from domain.pricing.kinds import Key, Kind, Page, Rule
from domain.pricing.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListRulesHandler(Generic[Rule, Page]):
    begin: Begin
    kind: Kind[Rule, Any, Page]

    async def __call__(self, message: ListRules, /) -> Page:
        most = bounded(message.most)
        after = self._after(message.after)
        async with self.begin() as kept:
            found = await kept.page(self.kind, after, most + 1)
        page, has_more = cut(found, most)
        return self.kind.page(
            items=tuple(told(self.kind, one) for one in page),
            next=page[-1].rule_id if has_more else None,
        )

    def _after(self, told: str | None) -> Key | None:
        if told is None:
            return None
        if not (key := self.kind.find_key(told)):
            raise UnknownCursor(told)
        return key
