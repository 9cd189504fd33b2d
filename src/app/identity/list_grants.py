from dataclasses import dataclass

from domain.contracts.identity import LinkedClients, ListGrants
from domain.identity.ports import Begin
from domain.shared.clock import Clock
from domain.shared.pages import MOST_ON_A_PAGE


@dataclass(frozen=True)
class ListGrantsHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: ListGrants, /) -> LinkedClients:
        async with self.begin() as book:
            linked = await book.grants.linked(message.account_id, self.clock(), MOST_ON_A_PAGE)
        return LinkedClients(items=tuple(linked))
