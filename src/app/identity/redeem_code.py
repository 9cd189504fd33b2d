from dataclasses import dataclass
from datetime import timedelta

from domain.contracts.identity import (
    CodeSpent,
    Granted,
    GrantId,
    NoSuchCode,
    RedeemCode,
    digest,
)
from domain.identity.code import Code
from domain.identity.grant import REFRESH_PREFIX, Grant
from domain.identity.ports import Begin, Book, Secrets
from domain.shared.clock import Clock
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class RedeemCodeHandler:
    """Of two at once, one is first; the other finds the code spent, and ends what the first got."""

    begin: Begin
    secrets: Secrets
    clock: Clock
    lifetime: timedelta

    async def __call__(self, message: RedeemCode, /) -> Granted:
        keyed = self.secrets.keyed(message.code_digest)
        granted = None
        async with self.begin() as book:
            code = await book.codes.find(keyed)
            if not code or code.granted.client_id != message.client_id:
                raise NoSuchCode
            if code.grant_id is None:
                granted = await self._redeemed(book, code, message.is_refreshable)
            else:
                await self._end(book, code.grant_id)
        if not granted:  # what it led to has been ended, and that stands
            raise CodeSpent
        return granted

    async def _redeemed(self, book: Book, code: Code, is_refreshable: bool) -> Granted:  # noqa: FBT001
        now, to = self.clock(), code.granted
        if not code.is_good(now) or not await _are_able(book, code):
            raise NoSuchCode
        grant = Grant.agreed(GrantId(uuid7(now)), to, now, self.lifetime)
        await book.codes.spend(code.digest, grant.grant_id)
        await book.grants.save(grant)
        token = self.secrets.make(REFRESH_PREFIX) if is_refreshable else None
        if token:
            keyed = self.secrets.keyed(digest(token))
            await book.refresh_tokens.add(keyed, grant.grant_id, now)
        await book.audit.write("granted", grant.subject, detail=grant.described())
        return Granted(grant=grant.details, refresh_token=token)

    async def _end(self, book: Book, grant_id: GrantId) -> None:
        grant = await book.grants.find(grant_id)
        if grant and grant.end(self.clock()):
            await book.grants.save(grant)
            await book.audit.write(
                "code_reused", grant.subject, "grant_ended", detail=grant.described()
            )


async def _are_able(book: Book, code: Code) -> bool:
    client = await book.clients.find(code.granted.client_id)
    account = await book.grants.find_account(code.granted.account_id)
    return bool(client and account) and not (
        (client and client.details.is_disabled) or (account and account.is_disabled)
    )
