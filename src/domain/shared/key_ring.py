"""Which key of a ring signs, and which are published to verify by."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LEAD = timedelta(minutes=10)
"""So long a new key is published before it signs, for those who keep what was published."""
LEEWAY = timedelta(minutes=1)
"""Clocks differ by no more."""


@dataclass(frozen=True, kw_only=True)
class DatedKey:
    """`name` is its thumbprint (RFC 7638). It may sign from when it was made, or later."""

    name: str
    made_at: datetime
    signs_from: datetime


@dataclass(frozen=True)
class KeyRing:
    """`lifetime` is that of what is signed. There is one key at least."""

    keys: tuple[DatedKey, ...]
    lifetime: timedelta

    def signing(self, now: datetime) -> DatedKey:
        """The newest of those whose time has come; before that of any has, the first of them."""
        in_order = self._in_order()
        ready = [key for key in in_order if key.signs_from <= now]
        return ready[-1] if ready else in_order[0]

    def published(self, now: datetime) -> tuple[DatedKey, ...]:
        """All but those whose last signature has run out, in the order in which they sign."""
        in_order = self._in_order()
        followers = [key.signs_from for key in in_order[1:]]
        kept = [
            key
            for key, next_signs in zip(in_order, followers, strict=False)
            if now < next_signs + self.lifetime + LEEWAY
        ]
        return (*kept, in_order[-1])

    def retired(self, now: datetime) -> tuple[DatedKey, ...]:
        """Those that are good for nothing any more."""
        published = self.published(now)
        return tuple(key for key in self._in_order() if key not in published)

    def _in_order(self) -> list[DatedKey]:
        return sorted(self.keys, key=lambda key: (key.signs_from, key.made_at, key.name))
