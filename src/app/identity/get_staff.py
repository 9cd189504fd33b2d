from dataclasses import dataclass

from domain.contracts.identity import AccountDetails, GetStaff
from domain.identity.ports import Begin


@dataclass(frozen=True)
class GetStaffHandler:
    begin: Begin

    async def __call__(self, message: GetStaff, /) -> AccountDetails:
        async with self.begin() as book:
            account = await book.accounts.get(message.account_id)
        account.require_staff()
        return account.details()
