from dataclasses import dataclass

from app.identity.own_password import OwnPassword
from domain.contracts.identity import AccountDetails, ChangePassword
from domain.identity.account_ports import Passwords
from domain.identity.fitness import require_password
from domain.identity.ports import Begin


@dataclass(frozen=True)
class ChangePasswordHandler:
    begin: Begin
    passwords: Passwords
    own_password: OwnPassword

    async def __call__(self, message: ChangePassword, /) -> AccountDetails:
        with self.passwords.in_line():
            known = await self.own_password.require(message.account_id, message.old)
            require_password(message.new, known.email)
            password_hash = await self.passwords.hashed(message.new)
        async with self.begin() as book:
            account = await self.own_password.unchanged(book, known)
            account.choose_password(password_hash)
            await book.accounts.save(account)
            await book.tickets.void(account.account_id)
            await book.sessions.end(account.account_id, but=message.session_id)
            await book.audit.write("password_changed", str(account.account_id))
        return account.details()
