from dataclasses import dataclass

from domain.contracts.identity import FindSession, NoSuchSession, SessionDetails
from domain.identity.ports import Begin, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindSessionHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: FindSession, /) -> SessionDetails:
        now = self.clock()
        async with self.begin() as book:
            session = await book.sessions.find(self.secrets.keyed(message.token_digest))
            if not session or session.is_over(now):
                raise NoSuchSession
            account = await book.accounts.find(session.account_id)
            if not account or account.is_disabled:
                raise NoSuchSession
            seen = session.seen(account.kind, now)
            if seen != session:
                await book.sessions.note_use(seen)
        return seen.details(account.details())
