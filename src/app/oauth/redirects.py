"""Where a browser may be sent back to: letter by letter what the client is registered with."""

import re
from urllib.parse import urlencode

LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?(/[^#]*)?")
"""Programs on the owner's own machine take whatever port is free (RFC 8252, 7.3)."""


def is_registered(redirect_uri: str, registered: tuple[str, ...]) -> bool:
    if "#" in redirect_uri:
        return False
    if redirect_uri in registered:
        return True
    told = _without_port(redirect_uri)
    return told is not None and told in map(_without_port, registered)


def answering(redirect_uri: str, **said: str | None) -> str:
    """The address with these parameters added: what it has stays as it is, letter by letter."""
    joined = "&" if "?" in redirect_uri else "?"
    told = {name: value for name, value in said.items() if value is not None}
    return f"{redirect_uri}{joined}{urlencode(told)}"


def _without_port(uri: str) -> tuple[str, str] | None:
    found = LOOPBACK.fullmatch(uri)
    if not found or not 0 < int(found[2] or 80) < 65_536:
        return None
    return found[1], found[3] or ""
