from dataclasses import dataclass

from domain.contracts.ordering import LedgerPage, ListLedger
from domain.ordering.ports import Begin
from domain.ordering.wishes import bounded, place
from domain.shared.ids import public
from domain.shared.pages import cut
from domain.shared.values import AttemptId


@dataclass(frozen=True)
class ListLedgerHandler:
    begin: Begin

    async def __call__(self, message: ListLedger, /) -> LedgerPage:
        after, most = place("att", message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.ledger(AttemptId(after) if after else None, most=most + 1)
        page, follows = cut(found, most)
        last = public("att", page[-1].attempt_id) if follows else None
        return LedgerPage(items=tuple(order.entry() for order in page), next=last)
