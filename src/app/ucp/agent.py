"""The `UCP-Agent` header: whose profile a request is made under (UCP NEG-1, FET-1)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from app.ucp.errors import Refused
from app.ucp.presentation import VERSION

LONGEST, LONGEST_KNOWN, MOST_KNOWN = 2000, 500, 1000
LOOPBACK = ("localhost", "127.0.0.1", "::1")

_KEY = r"[a-z*][a-z0-9_\-.*]*"
_STRING = r'"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_BARE = (
    rf"(?:{_STRING}|[A-Za-z*][!#$%&'*+\-.^_`|~:/0-9A-Za-z]*|-?[0-9]{{1,15}}(?:\.[0-9]{{1,3}})?"
    r"|\?[01]|:[A-Za-z0-9+/=]*:)"
)
PARAMETER = re.compile(rf" *; *({_KEY})(?:=({_BARE}))?")
VALUE = re.compile(rf"\([^()\"]*\)|{_BARE}")
KEY = re.compile(_KEY)
COMMA = re.compile(r"[ \t]*,[ \t]*")


@dataclass(frozen=True)
class Agent:
    """`version` is the protocol version that it asks for, where it names one."""

    profile: str
    version: str | None = None


def agent(header: str | None, *, is_interop: bool, own: str | None = None) -> Agent:
    """Who is asking. Refuses what names no profile that could be fetched, nor is our own."""
    if header is None:
        raise _unfit("The UCP-Agent header is missing.")
    profile, version = _known(header) if len(header) <= LONGEST_KNOWN else _named(header)
    if profile is None:
        raise _unfit('The UCP-Agent header must be of the form profile="https://...".')
    if profile != own and not _is_fit(
        profile, is_interop=is_interop, is_versioned=version is not None
    ):
        raise _unfit("The profile in UCP-Agent must be an https URL.")
    return Agent(profile, version)


def require_served(version: str | None) -> None:
    """Refuses a version of the protocol that is not spoken here (VER-1, VER-2)."""
    if version not in (None, VERSION):
        raise Refused(422, "version_unsupported", f"Only protocol version {VERSION} is served.")


def _named(header: str) -> tuple[str | None, str | None]:
    members = _dictionary(header.strip(" ")) or {}
    profile, parameters = members.get("profile", (None, {}))
    return profile, parameters.get("version") or members.get("version", (None, {}))[0]


def profile_of(header: str) -> str | None:
    """The profile that a header names, fit or not."""
    return _named(header)[0]


_known = lru_cache(MOST_KNOWN)(_named)
"""A platform says the same each time."""


def _unfit(content: str) -> Refused:
    return Refused(400, "invalid_profile_url", content)


def _is_fit(profile: str, *, is_interop: bool, is_versioned: bool) -> bool:
    try:
        url = urlsplit(profile)
        host, _ = url.hostname, url.port
    except ValueError:
        host, url = None, urlsplit("")
    if len(profile) > LONGEST:
        return False
    if host and url.scheme == "https" and " " not in profile and "@" not in url.netloc:
        return True
    is_local = url.scheme == "http" and host in LOOPBACK
    return is_interop and (is_local or profile == "..." or is_versioned)  # INTEROP 2, 3


_Member = tuple[str | None, dict[str, str | None]]


def _dictionary(text: str) -> dict[str, _Member] | None:
    """The members of an RFC 8941 dictionary with their parameters, or nothing if it is none.

    Only strings have a value here: no other kind means anything in this header.
    """
    members: dict[str, _Member] = {}
    at = 0
    while key := KEY.match(text, at):
        at, value = key.end(), None
        if text.startswith("=", at):
            if not (written := VALUE.match(text, at + 1)):
                return None
            at, value = written.end(), _string(written.group())
        parameters: dict[str, str | None] = {}
        while parameter := PARAMETER.match(text, at):
            parameters[parameter[1]] = _string(parameter[2] or "")
            at = parameter.end()
        members[key.group()] = value, parameters
        if at == len(text):
            return members
        if not (comma := COMMA.match(text, at)):
            return None
        at = comma.end()
    return None


def _string(written: str) -> str | None:
    if not written.startswith('"'):
        return None
    return re.sub(r"\\(.)", r"\1", written[1:-1])
