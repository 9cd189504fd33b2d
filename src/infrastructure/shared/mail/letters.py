from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid, parseaddr

from domain.shared.post import Letter
from infrastructure.shared.clock import utc_now

LONGEST_HEADER, LONGEST_LINE = 78, 998
"""RFC 5322, 2.1.1: what need not be folded, and what may be sent as it is."""


def as_message(letter: Letter, sender: str) -> EmailMessage:
    """A letter as mail carries it (RFC 5322). Raises `ValueError` where no mail could go there."""
    name, address = parseaddr(sender)
    user, _, host = letter.to.rpartition("@")
    message = EmailMessage(SMTP)
    _put(message, "From", formataddr((name, address)))
    _put(message, "To", str(Address(username=user, domain=host)))
    _put(message, "Subject", letter.subject)
    _put(message, "Date", format_datetime(utc_now()))
    _put(message, "Message-ID", make_msgid(letter.name, address.rpartition("@")[2]))
    _put(message, "Auto-Submitted", "auto-generated")  # RFC 3834: nobody's machine is to answer
    _write(message, letter.text)
    return message


def _put(message: EmailMessage, name: str, value: str) -> None:
    """What is plain is taken as it is: to parse and to fold it anew costs ten times as much."""
    if value.isascii() and value.isprintable() and len(f"{name}: {value}") <= LONGEST_HEADER:
        message.set_raw(name, value)
    else:
        message[name] = value


def _write(message: EmailMessage, text: str) -> None:
    lines = text.split("\n")
    if all(line.isascii() and line.isprintable() and len(line) <= LONGEST_LINE for line in lines):
        message.set_raw("MIME-Version", "1.0")
        message.set_raw("Content-Type", 'text/plain; charset="utf-8"')
        message.set_raw("Content-Transfer-Encoding", "7bit")
        message.set_payload(text)
    else:
        message.set_content(text)
