from dataclasses import dataclass

from app.identity.customer_of import CustomerOf
from app.identity.ending import end_grants
from app.identity.guard import SIGNING_IN, Guard
from domain.contracts.identity import AccountDetails, NoSuchTicket, ResetPassword
from domain.identity.account import Account
from domain.identity.account_ports import Passwords
from domain.identity.fitness import require_password
from domain.identity.mail import CHOOSING
from domain.identity.ports import Begin, Book, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class ResetPasswordHandler:
    """Where it breaks off, the ticket is still good: it is used when all is done."""

    begin: Begin
    secrets: Secrets
    passwords: Passwords
    customer_of: CustomerOf
    guard: Guard
    clock: Clock

    async def __call__(self, message: ResetPassword, /) -> AccountDetails:
        ticket = self.secrets.keyed(message.ticket_digest)
        async with self.begin() as book:
            account = await self._account(book, ticket)
        require_password(message.password, account.email)
        customer_id = await self.customer_of(account)
        with self.passwords.in_line():
            password_hash = await self.passwords.hashed(message.password)
        async with self.begin() as book:
            account = await self._account(book, ticket)
            if not await book.tickets.use(ticket):
                raise NoSuchTicket
            account.choose_password(password_hash)
            account.confirm(customer_id)
            await book.accounts.save(account)
            await self._begin_anew(book, account, message.source)
        return account.details()

    async def _account(self, book: Book, ticket: str) -> Account:
        whose = await book.tickets.find(ticket, CHOOSING, self.clock())
        account = await book.accounts.find(whose) if whose else None
        if not account or account.is_disabled:
            raise NoSuchTicket
        return account

    async def _begin_anew(self, book: Book, account: Account, source: str) -> None:
        """Nobody else is in, and no stranger's guesses keep the owner out."""
        its = account.account_id
        await book.tickets.void(its)
        await book.sessions.end(its)
        await end_grants(book, its, self.clock())
        whom = f"{account.kind} {account.email_key}"
        await self.guard.know(book, SIGNING_IN, whom, source)
        await book.audit.write("password_reset", str(its), source=source)
