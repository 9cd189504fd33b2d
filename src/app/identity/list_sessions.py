from dataclasses import dataclass

from domain.contracts.identity import ListSessions, Sessions
from domain.identity.ports import Begin
from domain.identity.session import MOST_SESSIONS
from domain.shared.clock import Clock


@dataclass(frozen=True)
class ListSessionsHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: ListSessions, /) -> Sessions:
        async with self.begin() as book:
            if not (account := await book.accounts.find(message.account_id)):
                return Sessions(items=())
            its, now = account.details(), self.clock()
            found = await book.sessions.of_account(its.account_id, now, MOST_SESSIONS)
        return Sessions(items=tuple(session.details(its) for session in found))
