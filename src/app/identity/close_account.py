from dataclasses import dataclass

from app.identity.ending import close
from app.identity.own_password import OwnPassword
from domain.contracts.identity import AccountOver, CloseAccount
from domain.identity.account_ports import Passwords
from domain.identity.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class CloseAccountHandler:
    begin: Begin
    passwords: Passwords
    own_password: OwnPassword
    clock: Clock

    async def __call__(self, message: CloseAccount, /) -> AccountOver:
        with self.passwords.in_line():
            known = await self.own_password.require(message.account_id, message.password)
        async with self.begin() as book:
            await close(book, await self.own_password.unchanged(book, known), self.clock())
        return AccountOver(account_id=message.account_id)
