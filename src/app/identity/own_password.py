from dataclasses import dataclass

from app.identity.guard import OWN_PASSWORD, Guard
from domain.contracts.identity import AccountId, WrongCredentials
from domain.identity.account import Account
from domain.identity.account_ports import Passwords
from domain.identity.ports import Begin, Book


@dataclass(frozen=True)
class OwnPassword:
    """An account's owner shows once more who they are. Guesses are counted as at the door."""

    begin: Begin
    passwords: Passwords
    guard: Guard

    async def require(self, account_id: AccountId, password: str) -> Account:
        """The account as it was when the password was compared.

        Refuses with `UnknownAccount`, `WrongCredentials` or `TooManyTries`.
        """
        whom = str(account_id)
        async with self.begin() as book:
            await self.guard.count(book, OWN_PASSWORD, whom, "")
            account = await book.accounts.get(account_id)
        if not await self.passwords.is_it(password, account.opens_with):
            raise WrongCredentials
        async with self.begin() as book:
            await self.guard.forgive(book, OWN_PASSWORD, whom, "")
        return account

    async def unchanged(self, book: Book, account: Account) -> Account:
        """The account as it is now. Refuses with `WrongCredentials` if its password is another."""
        current = await book.accounts.get(account.account_id)
        if current.opens_with != account.opens_with:
            raise WrongCredentials
        return current
