from dataclasses import dataclass

from domain.contracts.identity import EndGrant, GrantOver, UnknownGrant
from domain.identity.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class EndGrantHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: EndGrant, /) -> GrantOver:
        async with self.begin() as book:
            grant = await book.grants.find(message.grant_id)
            if not grant or not grant.is_of(message.client_id, message.account_id):
                raise UnknownGrant(message.grant_id)
            if grant.end(self.clock()):
                await book.grants.save(grant)
                await book.audit.write("grant_ended", grant.subject, detail=grant.described())
        return GrantOver(grant_id=message.grant_id)
