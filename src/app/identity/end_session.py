from dataclasses import dataclass

from domain.contracts.identity import EndSession, SessionOver
from domain.identity.ports import Begin


@dataclass(frozen=True)
class EndSessionHandler:
    begin: Begin

    async def __call__(self, message: EndSession, /) -> SessionOver:
        async with self.begin() as book:
            if await book.sessions.end(message.account_id, only=message.session_id):
                await book.audit.write("signed_out", str(message.account_id))
        return SessionOver(account_id=message.account_id)
