from dataclasses import dataclass

from app.identity.customer_of import CustomerOf
from app.identity.own_password import OwnPassword
from domain.contracts.identity import (
    AccountDetails,
    AccountId,
    ConfirmEmail,
    NoSuchTicket,
    UnknownAccount,
)
from domain.identity.account import Account
from domain.identity.account_ports import Passwords
from domain.identity.mail import CONFIRM
from domain.identity.ports import Begin, Book, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class ConfirmEmailHandler:
    """Whoever signed up may be another than who reads the mail, and wait for them to open the link:
    the ticket and the password are shown together, and sessions from before are over.

    Where it breaks off, the ticket is still good: it is used when all is done.
    """

    begin: Begin
    secrets: Secrets
    passwords: Passwords
    own_password: OwnPassword
    customer_of: CustomerOf
    clock: Clock

    async def __call__(self, message: ConfirmEmail, /) -> AccountDetails:
        ticket = self.secrets.keyed(message.ticket_digest)
        with self.passwords.in_line():
            known = await self._shown(ticket, message.password)
        customer_id = await self.customer_of(known)
        async with self.begin() as book:
            await self._whose(book, ticket)
            if not await book.tickets.use(ticket):
                raise NoSuchTicket
            account = await self.own_password.unchanged(book, known)
            account.confirm(customer_id)
            await book.accounts.save(account)
            await book.sessions.end(account.account_id)
            await book.audit.write("email_confirmed", str(account.account_id))
        return account.details()

    async def _shown(self, ticket: str, password: str) -> Account:
        async with self.begin() as book:
            whose = await self._whose(book, ticket)
        try:
            return await self.own_password.require(whose, password)
        except UnknownAccount:  # closed meanwhile, and its tickets with it
            raise NoSuchTicket from None

    async def _whose(self, book: Book, ticket: str) -> AccountId:
        if whose := await book.tickets.find(ticket, (CONFIRM,), self.clock()):
            return whose
        raise NoSuchTicket
