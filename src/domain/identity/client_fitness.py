"""What may be said of a client."""

from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from domain.contracts.identity import (
    APPLICATION,
    ASSERTION,
    NONE,
    OPENID_SCOPES,
    PLATFORM,
    RESOURCE,
    SECRET,
    SHOPPING_SCOPES,
    STAFF_SCOPES,
    ClientDetails,
)
from domain.identity.public_keys import complaint_of_keys

LONGEST_ID = 64
LONGEST_NAME = 100
LONGEST_URL = 2000
MOST_REDIRECTS = 20
MOST_KEY_CHARACTERS = 20_000
LOOPBACK = ("127.0.0.1", "::1", "localhost")
SCOPES = {
    PLATFORM: frozenset((*SHOPPING_SCOPES, *OPENID_SCOPES)),
    APPLICATION: frozenset((*STAFF_SCOPES, *OPENID_SCOPES)),
    RESOURCE: frozenset[str](),
}
"""What each kind may ask for."""


def complaints(details: ClientDetails) -> Iterator[str]:
    if not is_client_id(details.client_id):
        yield f"an id has 1 to {LONGEST_ID} printable ASCII characters, and no spaces"
    if not is_title(details.name):
        yield f"a name has 1 to {LONGEST_NAME} printable characters, with no space at either end"
    if details.kind not in SCOPES:
        yield f"its kind is one of {', '.join(SCOPES)}"
        return
    if strange := set(details.scopes) - SCOPES[details.kind]:
        yield f"no scope of a client of its kind: {', '.join(sorted(strange))}"
    if len(set(details.scopes)) < len(details.scopes):
        yield "a scope is named twice"
    yield from _complaints_of_auth(details)
    yield from _complaints_of_addresses(details)


def _complaints_of_auth(details: ClientDetails) -> Iterator[str]:
    if details.auth_method not in (SECRET, ASSERTION, NONE):
        yield f"it shows itself by {SECRET}, {ASSERTION} or {NONE}"
    if details.auth_method == NONE and not details.redirect_uris:
        yield "without a redirect URI, it must show that it is itself"
    if details.auth_method == ASSERTION:
        if len(details.public_keys) > MOST_KEY_CHARACTERS:
            yield f"public keys have at most {MOST_KEY_CHARACTERS} characters"
        elif complaint := complaint_of_keys(details.public_keys):
            yield complaint
    elif details.public_keys:
        yield f"public keys are for {ASSERTION}"


def _complaints_of_addresses(details: ClientDetails) -> Iterator[str]:
    if details.kind == RESOURCE and details.redirect_uris:
        yield "it sends nobody to us, and has no redirect URIs"
    if len(details.redirect_uris) > MOST_REDIRECTS:
        yield f"at most {MOST_REDIRECTS} redirect URIs"
    if len(set(details.redirect_uris)) < len(details.redirect_uris):
        yield "a redirect URI is named twice"
    for uri in details.redirect_uris:
        if not is_redirect_uri(uri):
            yield (
                "a redirect URI is https, or http on loopback, or of a scheme of its owner's own "
                "(com.example.app:/back), without a fragment, credentials or spaces"
            )
    if details.profile_url is not None:
        if details.kind != PLATFORM:
            yield "only a platform has a profile"
        if not _is_url(details.profile_url) or urlsplit(details.profile_url).scheme != "https":
            yield "the URL of a profile begins with https://"


def is_client_id(text: str) -> bool:
    """Whether a client could be called this: each database can be asked for it, and a header tell
    it."""
    return text.isascii() and text.isprintable() and " " not in text and 0 < len(text) <= LONGEST_ID


def is_title(text: str) -> bool:
    return text.isprintable() and text == text.strip() and 0 < len(text) <= LONGEST_NAME


def is_redirect_uri(text: str) -> bool:
    """Whether whoever agreed may be sent back there (RFC 6749, 3.1.2; RFC 8252, 7)."""
    if not _is_url(text) or "#" in text:
        return False
    parts = urlsplit(text)
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme == "http":
        return parts.hostname in LOOPBACK
    return "." in parts.scheme and text == f"{parts.scheme}:{text.partition(':')[2]}"


def _is_url(text: str) -> bool:
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    return (
        is_plain
        and len(text) <= LONGEST_URL
        and (parts := _split(text)) is not None
        and (parts.username is None and parts.password is None)
    )


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # which is read when it is asked for
    except ValueError:
        return None
    return parts
