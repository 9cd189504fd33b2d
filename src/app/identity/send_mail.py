from dataclasses import dataclass
from datetime import datetime

from structlog import get_logger

from domain.contracts.identity import digest
from domain.identity.mail import GOOD_FOR, Waiting, written
from domain.identity.ports import Begin, Book, Secrets
from domain.shared.clock import Clock
from domain.shared.model import Conflict
from domain.shared.post import Letter, NotSent, Post

AT_ONCE = 20
log = get_logger(__name__)


@dataclass(frozen=True)
class SendMail:
    """Sends the letters that wait. A ticket is made when its letter is, so that none lies about.

    A letter is sent again unless it is known to have been taken: twice at the worst, when the end
    comes between the two; then the later one's ticket is good.
    """

    begin: Begin
    secrets: Secrets
    post: Post
    clock: Clock
    shop: str
    base_url: str

    async def __call__(self) -> bool:
        """Whether letters are taken. Where they are not, the others wait until this is called again;
        one that is refused by itself waits alone, and so does one that fails as nobody foresaw.
        Raises `Conflict`.
        """
        if not self.post.is_open:
            return True
        async with self.begin() as book:
            due = await book.mail.due(self.clock(), AT_ONCE)
        for waiting in due:
            try:
                await self._send(waiting)
            except NotSent as why:
                _tell(waiting, why)
                if not why.is_about_it:
                    return False
            except Conflict:
                raise
            except Exception:
                log.exception(
                    "mail given up" if waiting.is_last_attempt else "mail failed", **_named(waiting)
                )
        return True

    async def _send(self, waiting: Waiting) -> None:
        now = self.clock()
        next_try_at = waiting.next_try(now)
        try:
            async with self.begin() as book:
                if not await self._is_begun(book, waiting, next_try_at):
                    return
                letter = await self._written(book, waiting)
        except Conflict:
            raise
        except Exception:  # one that cannot be written waits as one that cannot be sent
            async with self.begin() as book:
                await self._is_begun(book, waiting, next_try_at)
            raise
        await self.post.send(letter)
        async with self.begin() as book:
            await book.mail.end(waiting, next_try_at)

    async def _is_begun(self, book: Book, waiting: Waiting, next_try_at: datetime) -> bool:
        is_ours = await book.mail.begin(waiting, next_try_at)
        if is_ours and waiting.is_last_attempt:
            await book.mail.end(waiting, next_try_at)
        return is_ours

    async def _written(self, book: Book, waiting: Waiting) -> Letter:
        account = await book.accounts.get(waiting.account_id)
        ticket = ""
        if good_for := GOOD_FOR.get(waiting.purpose):
            ticket = self.secrets.make("fst")
            await book.tickets.make(
                self.secrets.keyed(digest(ticket)),
                waiting.purpose,
                account.account_id,
                self.clock() + good_for,
            )
        return written(
            f"{waiting.mail_id.hex}-{waiting.attempts}",
            waiting.purpose,
            account.email,
            shop=self.shop,
            base_url=self.base_url,
            ticket=ticket,
        )


def _tell(waiting: Waiting, why: NotSent) -> None:
    """Never to whom, nor what."""
    tell = log.error if waiting.is_last_attempt else log.warning
    tell(
        "mail given up" if waiting.is_last_attempt else "mail not sent",
        **_named(waiting),
        why=str(why),
    )


def _named(waiting: Waiting) -> dict[str, object]:
    return {
        "mail_id": str(waiting.mail_id),
        "account_id": str(waiting.account_id),
        "purpose": waiting.purpose,
        "attempts": waiting.attempts + 1,
    }
