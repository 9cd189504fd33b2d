"""Identifiers that sort by time and cannot be guessed."""

from datetime import UTC, datetime
from secrets import randbelow, randbits
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """An id that sorts by time, to the microsecond (RFC 9562, 6.2, method 3), with 62 random bits.

    Python brings its own from 3.14.
    """
    milliseconds, microseconds = divmod(int(at.timestamp() * 1_000_000), 1000)
    fraction = microseconds * 4096 // 1000
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | randbits(62))


def earliest_uuid7(at: datetime) -> UUID:
    """What sorts before every `uuid7` of this millisecond, and after those before it. Before 1970
    there are none: then it sorts before all.
    """
    return UUID(int=max(0, int(at.timestamp() * 1000)) << 80 | 7 << 76 | 2 << 62)


def happened_at(name: UUID) -> datetime:
    """The millisecond in which a `uuid7` was made."""
    return datetime.fromtimestamp((name.int >> 80) / 1000, UTC)


def first_version() -> int:
    """Where versions of what is new begin: nobody knows one of them who knew another of the same
    name, but for one chance in a thousand million. So many are left to follow, in 32 bits.
    """
    return 1 + randbelow(2**30)


def public(prefix: str, key: UUID) -> str:
    """An id as others see it: what kind of thing it names, then which one (`ord_0198c1...`)."""
    return f"{prefix}_{key.hex}"


def from_public(prefix: str, text: str) -> UUID | None:
    """The id that `public` wrote, or nothing if it wrote no such thing."""
    kind, _, digits = text.partition("_")
    if kind != prefix or len(digits) != 32 or not set(digits) <= set("0123456789abcdef"):
        return None
    return UUID(hex=digits)
