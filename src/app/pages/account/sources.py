"""Where a form's answer may lead a browser, in the words of a Content Security Policy."""

import re
from urllib.parse import urlsplit

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
HOST = re.compile(r"[a-z0-9.-]+")
FORMS = "form-action 'self'"


def letting(policy: str, redirect_uri: str) -> str:
    """The policy, and forms may lead to where this client is answered too: browsers hold what a
    form is answered with, a redirection, to the policy of the page that it was on.
    """
    source = source_of(redirect_uri)
    return policy.replace(FORMS, f"{FORMS} {source}") if source else policy


def source_of(address: str) -> str:
    """The origin of an address, or its scheme where that is all that can be said: an app's own, and
    an IPv6 address, for which the language has no word.
    """
    parts = urlsplit(address)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if not SCHEME.fullmatch(scheme):
        return ""
    if scheme in ("http", "https") and HOST.fullmatch(host):
        return f"{scheme}://{host}{f':{parts.port}' if parts.port else ''}"
    return f"{scheme}:"
