from asyncio import timeout
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from domain.shared.post import Letter, NotSent
from infrastructure.shared.mail.letters import as_message

SUBMISSION, SUBMISSIONS = 587, 465
"""RFC 6409, and RFC 8314, 3.3."""
SECONDS = 15.0
"""For one letter as a whole; RFC 5321, 4.5.3.2, has minutes, but others wait behind it."""


class SmtpPost:
    """Hands letters to a mail server: `smtp://` begins TLS once connected (STARTTLS), which may be
    left out only on this host; `smtps://` has TLS from the first byte.
    """

    is_open = True

    def __init__(self, url: str, sender: str, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        self._host, self._is_tls = parts.hostname or "", parts.scheme == "smtps"
        self._port = parts.port or (SUBMISSIONS if self._is_tls else SUBMISSION)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender, self._seconds = sender, seconds

    async def send(self, letter: Letter) -> None:
        try:
            message = as_message(letter, self._sender)
        except ValueError as unfit:
            raise NotSent("no mail goes to that address", is_about_it=True) from unfit
        try:
            async with timeout(self._seconds), self._line() as line:
                await line.send_message(message, recipients=[letter.to])
        except SMTPRecipientsRefused as refused:
            codes = sorted({one.code for one in refused.recipients})
            raise NotSent(f"the address was refused: {codes}", is_about_it=True) from None
        except SMTPResponseException as refused:  # its words may quote the address
            raise NotSent(f"the server refused: {refused.code}") from None
        except (SMTPException, OSError, TimeoutError) as failure:
            raise NotSent(f"the server does not answer: {type(failure).__name__}") from None

    def _line(self) -> SMTP:
        return SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._is_tls,
            start_tls=self._starts_tls(),
            timeout=self._seconds,
        )

    def _starts_tls(self) -> bool | None:
        """Nothing: where the server offers it."""
        if self._is_tls:
            return False
        return None if is_this_host(self._host) else True


def is_this_host(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
