"""Which language a buyer reads: what is said of it, and what we say in answer (UCP RST-19).

`context.language` wins; where it says nothing, `Accept-Language` does. All our own words are English,
and every answer says so, over REST and of a tool call.
"""

import re

OURS = "en"
MOST_READ = 500
TAG = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?"
)


def preferred(header: str | None) -> str | None:
    """The language that is liked best, the first of equals; what is no language is passed over."""
    best, liked = None, 0.0
    for part in (header or "")[:MOST_READ].split(","):
        if (found := TAG.fullmatch(part)) and (quality := float(found[2] or 1)) > liked:
            best, liked = found[1], quality
    return best
