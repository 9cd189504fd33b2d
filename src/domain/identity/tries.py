"""How many may be guessed: what was tried is counted before it is known whether it was right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from domain.contracts.identity import TooManyTries

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
"""NIST SP 800-63B (2017), 5.2.2, has waits that grow from 30 seconds to an hour. Ours end at a quarter
of one, for whoever guesses makes the owner wait too, and 96 guesses a day are no way in.
"""
REMEMBERED = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)
FREE_OF_ACCOUNT, FREE_OF_PLACE = 5, 50
"""OWASP ASVS 5.0, 6.3.1, asks for a bound against guessing and leaves the number open: five slips of
one hand, and those of an office behind one address.
"""


@dataclass(frozen=True)
class Tries:
    """Those of one account, or from one place, that have not come to a good end.

    `free_at` is when the next one may be made.
    """

    count: int
    free_at: datetime

    def one_more(self, free: int, now: datetime) -> "Tries":
        """The first `free` cost nothing; then each makes all wait twice as long as the one before.

        Refuses with `TooManyTries` before the wait is over. The wait has an end: nobody can keep an
        owner out for ever.
        """
        if now < self.free_at:
            left = (self.free_at - now) / timedelta(seconds=1)
            raise TooManyTries(retry_after_seconds=int(left) + 1)
        count = self.count + 1
        doublings = count - free
        wait = timedelta(0)
        if doublings >= 0:
            wait = min(FIRST_WAIT * 2 ** min(doublings, 10), LONGEST_WAIT)
        return Tries(count, now + wait)

    def one_less(self, free: int, now: datetime) -> "Tries":
        """One of them was right, which says nothing of the others."""
        count = max(0, self.count - 1)
        return Tries(count, min(self.free_at, now) if count < free else self.free_at)


def place_of(source: str) -> str:
    """Where somebody asks from, as places are compared: who has an IPv6 network has all of it."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)
