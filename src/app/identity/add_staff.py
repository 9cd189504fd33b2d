from dataclasses import dataclass

from domain.contracts.identity import (
    STAFF,
    AccountDetails,
    AccountExists,
    AccountId,
    AddStaff,
)
from domain.identity.account import Account
from domain.identity.account_ports import Passwords
from domain.identity.fitness import key_of, require_password
from domain.identity.mail import INVITE
from domain.identity.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class AddStaffHandler:
    begin: Begin
    passwords: Passwords
    clock: Clock

    async def __call__(self, message: AddStaff, /) -> AccountDetails:
        now = self.clock()
        new = Account.employed(AccountId(uuid7(now)), message.email, message.role, None, now)
        if message.password is not None:
            require_password(message.password, message.email)
        with self.passwords.in_line():
            if known := await self._known(message):
                await self._require_same(known, message)
                return known.details()
            if message.password is not None:
                new.choose_password(await self.passwords.hashed(message.password))
        async with self.begin() as book:
            await book.accounts.save(new)
            if message.password is None:
                await book.mail.ask(INVITE, new.account_id, now)
            subject = str(new.account_id)
            await book.audit.write("staff_added", subject, detail=message.role)
        return new.details()

    async def _known(self, message: AddStaff) -> Account | None:
        async with self.begin() as book:
            return await book.accounts.find_by_email(STAFF, key_of(message.email))

    async def _require_same(self, known: Account, message: AddStaff) -> None:
        is_same = known.role == message.role and not known.is_disabled
        if is_same and message.password is not None:
            is_same = await self.passwords.is_it(message.password, known.opens_with)
        if not is_same:
            raise AccountExists(known.account_id)
