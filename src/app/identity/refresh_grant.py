from dataclasses import dataclass
from datetime import datetime

from domain.contracts.identity import Granted, NoSuchToken, RefreshGrant, TokenReused, digest
from domain.identity.grant import REFRESH_PREFIX, Grant
from domain.identity.ports import Begin, Book, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RefreshGrantHandler:
    """Of two at once, one is first; the other is a second time, and ends the grant for both: they
    cannot be told from a thief and the one who was stolen from.
    """

    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: RefreshGrant, /) -> Granted:
        keyed, now = self.secrets.keyed(message.token_digest), self.clock()
        granted = None
        async with self.begin() as book:
            token = await book.refresh_tokens.find(keyed)
            if not token or token.grant.details.client_id != message.client_id:
                raise NoSuchToken
            grant = token.grant
            if not token.is_of_good(now):
                raise NoSuchToken
            if await book.refresh_tokens.spend(keyed, now):
                granted = await self._refreshed(book, grant, now)
            elif grant.end(now):
                await book.grants.save(grant)
                await book.audit.write(
                    "token_reused", grant.subject, "grant_ended", detail=grant.described()
                )
        if not granted:  # the grant has been ended, and that stands
            raise TokenReused
        return granted

    async def _refreshed(self, book: Book, grant: Grant, now: datetime) -> Granted:
        token = self.secrets.make(REFRESH_PREFIX)
        grant.use(now)
        await book.grants.save(grant)
        await book.refresh_tokens.add(self.secrets.keyed(digest(token)), grant.grant_id, now)
        return Granted(grant=grant.details, refresh_token=token)
