"""Letters by which somebody shows that an e-mail address is theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.contracts.identity import AccountId
from domain.shared.post import Letter

CONFIRM, RESET, INVITE, KNOWN = "confirm", "reset", "invite", "known"
"""What letters are for. `INVITE` lets staff choose its first password; `KNOWN` tells whoever signs up
that they have an account.
"""
GOOD_FOR = {CONFIRM: timedelta(days=1), RESET: timedelta(hours=1), INVITE: timedelta(days=1)}
"""How long a letter's ticket is good; what has none here comes without one."""
CHOOSING = (RESET, INVITE)
"""The tickets by which a password may be chosen."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_ATTEMPTS = 30
"""With pauses that double up to an hour, that is a day (RFC 5321, 4.5.4.1, has four to five; whoever
waits for a link has asked again by then).
"""


@dataclass(frozen=True)
class Waiting:
    """A letter that is to be sent."""

    mail_id: UUID
    purpose: str
    account_id: AccountId
    attempts: int

    @property
    def is_last_attempt(self) -> bool:
        return self.attempts + 1 >= MOST_ATTEMPTS

    def next_try(self, now: datetime) -> datetime:
        """When it is tried again, if it is not sent now."""
        pause: timedelta = min(FIRST_PAUSE * 2 ** min(self.attempts, 10), LONGEST_PAUSE)
        return now + pause


def written(
    name: str, purpose: str, to: str, *, shop: str, base_url: str, ticket: str = ""
) -> Letter:
    """A letter in plain words."""
    subject, text = TEXTS[purpose]
    link = f"{base_url}/{'confirm' if purpose == CONFIRM else 'reset'}?ticket={ticket}"
    told = {"shop": shop, "to": to, "link": link, "base_url": base_url}
    return Letter(name, to, subject.format(**told), text.format(**told))


TEXTS = {
    CONFIRM: (
        "Confirm your e-mail address for {shop}",
        """Somebody, probably you, has signed up at {shop} with this e-mail address.

To confirm that it is yours, open this link within a day, and enter the password that you chose:

{link}

If it was not you, do nothing: the account is of no use to anybody then.
""",
    ),
    RESET: (
        "Choose a new password for {shop}",
        """Somebody, probably you, has asked for a new password for your account at {shop}.

To choose one, open this link within an hour:

{link}

If it was not you, do nothing: nothing has been changed.
""",
    ),
    INVITE: (
        "You can work with {shop} now",
        """You have been added to the staff of {shop}.

To choose your password, open this link within a day:

{link}

After that, another link can be had at {base_url}/staff/forgot
""",
    ),
    KNOWN: (
        "You have an account at {shop} already",
        """Somebody, probably you, has signed up at {shop} with this e-mail address. You have an account
already: sign in with the password that you have.

If you have forgotten it, you can choose another at {base_url}/forgot

If it was not you, do nothing: nothing has been changed.
""",
    ),
}
