"""Signed tokens of others (RFC 7515, 7519), read with suspicion.

What a header says is believed in three members only: none of them names an address or a key.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from pydantic_core import from_json

LONGEST = 12_000
LATEST = 2**36
"""Seconds since 1970: what is later is infinite, or a mistake."""
HEADER = frozenset(("alg", "kid", "typ"))
COMPACT = re.compile(r"([\w-]+)\.([\w-]+)\.[\w-]+", re.ASCII)


class Unreadable(Exception):
    """It is no token that we take."""


class WrongSignature(Exception):
    """Whoever signed it, it was not done with this key, or not in a way that we take."""


@dataclass(frozen=True)
class Told:
    """What a token says; nothing of it is true before `require_signed`."""

    text: str = field(repr=False)
    header: Mapping[str, str]
    claims: Mapping[str, Any]

    def require_signed(self, key: Key, algorithms: Collection[str]) -> None:
        """Raises `WrongSignature`."""
        try:
            jws.deserialize_compact(self.text, key, algorithms)
        except (JoseError, ValueError, TypeError):
            raise WrongSignature from None

    def seconds(self, name: str) -> int | None:
        """A time that it tells. Raises `Unreadable` if that is none."""
        at = self.claims.get(name)
        if at is None:
            return None
        is_time = isinstance(at, int | float) and not isinstance(at, bool)
        if not is_time or not 0 <= at < LATEST:
            raise Unreadable
        return int(at)

    def text_of(self, name: str) -> str:
        """What it says there, or nothing."""
        told = self.claims.get(name)
        return told if isinstance(told, str) else ""


def told(text: str) -> Told:
    """Raises `Unreadable`."""
    parts = COMPACT.fullmatch(text) if len(text) <= LONGEST else None
    if not parts:
        raise Unreadable
    header, claims = _read(parts[1]), _read(parts[2])
    if not header.keys() <= HEADER or not all(isinstance(one, str) for one in header.values()):
        raise Unreadable
    return Told(text, header, claims)


def _read(segment: str) -> dict[str, Any]:
    try:
        read = from_json(
            urlsafe_b64decode(segment + "=" * (-len(segment) % 4)), allow_inf_nan=False
        )
    except ValueError:
        raise Unreadable from None
    if not isinstance(read, dict):
        raise Unreadable
    return read
