from dataclasses import dataclass

from app.identity.guard import SIGNING_IN, Guard
from domain.contracts.identity import SessionId, SignedIn, SignIn, WrongCredentials, digest
from domain.identity.account import Account
from domain.identity.account_ports import Passwords
from domain.identity.fitness import key_of
from domain.identity.ports import Begin, Secrets
from domain.identity.session import Session
from domain.shared.clock import Clock
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class SignInHandler:
    """It does the same whoever it is, until it is known who: nobody learns who has an account."""

    begin: Begin
    secrets: Secrets
    passwords: Passwords
    guard: Guard
    clock: Clock

    async def __call__(self, message: SignIn, /) -> SignedIn:
        with self.passwords.in_line():
            account = await self._counted(message)
            known = account.opens_with if account else None
            is_it = await self.passwords.is_it(message.password, known)
            if not account or not known or not is_it:
                await self._refused(message, account)
                raise WrongCredentials
            return await self._signed_in(message, account, known)

    async def _counted(self, message: SignIn) -> Account | None:
        async with self.begin() as book:
            await self.guard.count(book, SIGNING_IN, _whom(message), message.source)
            return await book.accounts.find_by_email(message.kind, key_of(message.email))

    async def _refused(self, message: SignIn, account: Account | None) -> None:
        async with self.begin() as book:
            await book.audit.write(
                "sign_in_failed",
                str(account.account_id) if account else "nobody",
                "refused",
                source=message.source,
            )

    async def _signed_in(self, message: SignIn, account: Account, known: str) -> SignedIn:
        renewed = None
        if self.passwords.is_outdated(known):
            renewed = await self.passwords.hashed(message.password)
        token, now = self.secrets.make("fse"), self.clock()
        async with self.begin() as book:
            await self.guard.forgive(book, SIGNING_IN, _whom(message), message.source)
            current = await book.accounts.find(account.account_id)
            if not current or current.opens_with != known:  # changed while it was compared
                raise WrongCredentials
            if renewed:
                current.choose_password(renewed)
                await book.accounts.save(current)
            session = Session.begun(
                SessionId(uuid7(now)),
                current.details(),
                now,
                agent=message.agent,
                source=message.source,
            )
            await book.sessions.add(session, self.secrets.keyed(digest(token)))
            subject = str(current.account_id)
            await book.audit.write("signed_in", subject, source=message.source)
        return SignedIn(session=session.details(current.details()), token=token)


def _whom(message: SignIn) -> str:
    return f"{message.kind} {key_of(message.email)}"
