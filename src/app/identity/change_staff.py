from dataclasses import dataclass

from app.identity.ending import end_grants
from domain.contracts.identity import AccountDetails, ChangeStaff, LastOwner
from domain.identity.account import Account
from domain.identity.ports import Begin, Book
from domain.shared.clock import Clock


@dataclass(frozen=True)
class ChangeStaffHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: ChangeStaff, /) -> AccountDetails:
        async with self.begin() as book:
            account = await book.accounts.get(message.account_id)
            before = account.details()
            was_owner = account.is_owner
            account.employ_as(
                message.role, is_disabled=message.is_disabled, version=message.version
            )
            if was_owner and not account.is_owner:
                await _require_another_owner(book, account)
            await book.accounts.save(account)
            await self._follow(book, before, account.details())
        return account.details()

    async def _follow(self, book: Book, before: AccountDetails, after: AccountDetails) -> None:
        subject = str(after.account_id)
        if before.role != after.role:
            detail = f"{before.role} -> {after.role}"
            await book.audit.write("role_changed", subject, detail=detail)
        if before.is_disabled and not after.is_disabled:
            await book.audit.write("staff_enabled", subject)
        if after.is_disabled and not before.is_disabled:
            await book.sessions.end(after.account_id)
            await end_grants(book, after.account_id, self.clock())
            await book.audit.write("staff_disabled", subject)


async def _require_another_owner(book: Book, account: Account) -> None:
    """Of two who would leave at once, the second waits for the first and then may not."""
    if not await book.accounts.lock_owners() - {account.account_id}:
        raise LastOwner(account.account_id)
