from dataclasses import dataclass

from app.identity.guard import MAIL, Guard
from domain.contracts.identity import AskForReset, MailOnItsWay
from domain.identity.fitness import key_of
from domain.identity.mail import RESET
from domain.identity.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class AskForResetHandler:
    begin: Begin
    guard: Guard
    clock: Clock

    async def __call__(self, message: AskForReset, /) -> MailOnItsWay:
        email_key = key_of(message.email)
        async with self.begin() as book:
            whom = f"{message.kind} {email_key}"
            await self.guard.count(book, MAIL, whom, message.source)
            account = await book.accounts.find_by_email(message.kind, email_key)
            if account and not account.is_disabled:
                await book.mail.ask(RESET, account.account_id, self.clock())
            subject = str(account.account_id) if account else "nobody"
            await book.audit.write("reset_asked", subject, source=message.source)
        return MailOnItsWay()
