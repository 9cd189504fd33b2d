"""Where a browser goes on to: never anywhere but to these pages, whatever an address says."""

import re
from urllib.parse import quote, urlencode

HOME, AUTHORIZE = "/account", "/authorize"
PLACES = (HOME, "/account/platforms", "/account/sessions")
IN_QUERY = "!$&'()*+,-./:;=?@_~%"
QUERY = re.compile(rf"[A-Za-z0-9{re.escape(IN_QUERY)}]+")
LONGEST = 8000


def ours(told: str) -> str:
    """The place that this names letter by letter, or the account."""
    if told in PLACES or errand(told):
        return told
    return HOME


def errand(told: str) -> str:
    """The query of the authorization request that one comes back to, if it is one."""
    path, _, query = told.partition("?")
    is_one = path == AUTHORIZE and len(query) <= LONGEST and QUERY.fullmatch(query)
    return query if is_one else ""


def to_authorize(query: bytes) -> str:
    """Back to a request, in such letters as `errand` takes; it says the same as before."""
    return f"{AUTHORIZE}?{quote(query, safe=IN_QUERY)}"


def by(path: str, back: str = HOME, **more: str) -> str:
    """The address of a page that leads on to there."""
    told = {**more, **({"next": back} if back != HOME else {})}
    return f"{path}?{urlencode(told)}" if told else path
