from dataclasses import dataclass

from app.identity.guard import MAIL, Guard
from domain.contracts.identity import BUYER, AccountId, MailOnItsWay, SignUp
from domain.identity.account import Account
from domain.identity.account_ports import Passwords
from domain.identity.fitness import require_address, require_password
from domain.identity.mail import CONFIRM, KNOWN, RESET
from domain.identity.ports import Begin, Book
from domain.shared.clock import Clock
from domain.shared.emails import known_as
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class SignUpHandler:
    """It does the same whether or not there is an account: only the letter tells."""

    begin: Begin
    passwords: Passwords
    guard: Guard
    clock: Clock

    async def __call__(self, message: SignUp, /) -> MailOnItsWay:
        require_address(message.email)
        require_password(message.password, message.email)
        email_key = known_as(message.email)
        with self.passwords.in_line():
            async with self.begin() as book:
                await self.guard.count(book, MAIL, f"{BUYER} {email_key}", message.source)
            password_hash = await self.passwords.hashed(message.password)
        now = self.clock()
        async with self.begin() as book:
            account = await book.accounts.find_by_email(BUYER, email_key)
            if not account:
                new = AccountId(uuid7(now))
                account = Account.signed_up(new, message.email, password_hash, now)
                await book.accounts.save(account)
                await book.mail.ask(CONFIRM, new, now)
            elif account.is_confirmed:
                await book.mail.ask(KNOWN, account.account_id, now)
            else:
                await _begin_again(book, account)
                await book.mail.ask(RESET, account.account_id, now)
            subject = str(account.account_id)
            await book.audit.write("signed_up", subject, source=message.source)
        return MailOnItsWay()


async def _begin_again(book: Book, account: Account) -> None:
    """Two have signed up with one address, and one of them may be a stranger who waits for the other
    to confirm it: neither password is good, and whoever reads the mail chooses one.
    """
    account.forget_password()
    await book.accounts.save(account)
    await book.tickets.void(account.account_id)
    await book.sessions.end(account.account_id)
