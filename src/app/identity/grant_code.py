from dataclasses import dataclass

from domain.contracts.identity import CodeGranted, GrantCode, UnknownAccount, digest
from domain.identity.code import LIFETIME, PREFIX, Code
from domain.identity.ports import Begin, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class GrantCodeHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: GrantCode, /) -> CodeGranted:
        code, now = self.secrets.make(PREFIX), self.clock()
        granted = Code(
            digest=self.secrets.keyed(digest(code)), granted=message, expires_at=now + LIFETIME
        )
        async with self.begin() as book:
            (await book.clients.get(message.client_id)).require_able()
            account = await book.grants.find_account(message.account_id)
            if not account or account.is_disabled:
                raise UnknownAccount(message.account_id)
            await book.codes.add(granted)
            await book.audit.write(
                "agreed",
                str(message.account_id),
                detail=f"{message.client_id}: {' '.join(message.scopes)}",
            )
        return CodeGranted(code=code)
