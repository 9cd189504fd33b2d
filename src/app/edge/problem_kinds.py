"""Every kind of problem that the merchant API may answer with (RFC 9457): `docs/problems.md`.

Each has a `type` that stays: `urn:freestone:problem:` and its name. A refusal of a contract is named
by its context and itself: `inventory:out-of-stock`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.shared.model import NotFound, Refusal, Stale, Unfit
from infrastructure.shared.calls.wire import refusals

MEDIA_TYPE = "application/problem+json"
NAMESPACE = "urn:freestone:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: `name` ends its type, `text` says when it is met."""

    name: str
    status: int
    title: str
    text: str

    @property
    def type(self) -> str:
        return NAMESPACE + self.name


UNAUTHORISED = Kind(
    "unauthorised",
    401,
    "Not authorised",
    "The API key or the access token is missing, or good for nothing here (any more).",
)
INSUFFICIENT = Kind(
    "insufficient-scope",
    403,
    "The scope is missing",
    "Who asks is known, and may not do this: `scope` says what is needed for it.",
)
BROKEN_JSON = Kind("broken-json", 400, "The body is not JSON", "It is to be JSON, in UTF-8.")
INVALID = Kind(
    "invalid-request",
    422,
    "The request makes no sense",
    "A part of it is missing, unknown or out of bounds; `errors` says which and why.",
)
KEY_MISSING = Kind(
    "idempotency-key-missing",
    400,
    "An Idempotency-Key is needed",
    "What is to be done once, however often it is asked for, is named by its caller.",
)
VERSION_MISSING = Kind(
    "precondition-required",
    428,
    "An If-Match is needed",
    "An edit says which version it was made from, by the `ETag` that was read, or `*` for any.",
)
CHANGED = Kind(
    "precondition-failed",
    412,
    "It was changed since it was read",
    "The `If-Match` names no version that there is; read it again.",
)
UNKNOWN = Kind("not-found", 404, "There is nothing here", "Nothing has this address.")
WRONG_METHOD = Kind(
    "method-not-allowed", 405, "Not to be done here", "The `Allow` header says what can be."
)
SLOW_BODY = Kind("request-timeout", 408, "The body did not come in time", "It may be sent again.")
LARGE_BODY = Kind(
    "request-too-large", 413, "The body is too large", "`FREESTONE_MAX_BODY_BYTES` is the bound."
)
OTHER_MEDIA = Kind(
    "unsupported-media-type",
    415,
    "The body is not said to be JSON",
    "Say `Content-Type: application/json`.",
)
REFUSED = Kind("refused", 409, "Refused", "By a context that is newer than what asks it.")
LATER = Kind(
    "service-unavailable",
    503,
    "Not just now",
    "It may or may not have been done; the same request may be sent again after `Retry-After`.",
)
FAILED = Kind("internal-error", 500, "Something went wrong here", "It has been logged.")
OWN = (
    UNAUTHORISED,
    INSUFFICIENT,
    BROKEN_JSON,
    INVALID,
    KEY_MISSING,
    VERSION_MISSING,
    CHANGED,
    UNKNOWN,
    WRONG_METHOD,
    SLOW_BODY,
    LARGE_BODY,
    OTHER_MEDIA,
    REFUSED,
    LATER,
    FAILED,
)


def kind_of(refusal: type[Refusal]) -> Kind:
    """What a refusal of a contract is as a problem."""
    if refusal is Refusal:
        return REFUSED
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", refusal.__name__).lower()
    context = refusal.__module__.rpartition(".")[2]
    title = words.capitalize()
    return Kind(
        f"{context}:{words.replace(' ', '-')}", _status(refusal), title, _said(refusal) or title
    )


def catalogue(contracts: Iterable[type]) -> tuple[Kind, ...]:
    """All kinds: our own, then what these contracts refuse with."""
    of_contracts = (kind_of(refusal) for one in contracts for refusal in refusals(one).values())
    return (*OWN, *of_contracts)


def _status(refusal: type[Refusal]) -> int:
    if issubclass(refusal, NotFound):
        return 404
    if issubclass(refusal, Stale):
        return 412
    return 422 if issubclass(refusal, Unfit) else 409


def _said(refusal: type[Refusal]) -> str:
    """The refusal in its own words, if it has any: a dataclass without them is given its fields."""
    text = " ".join((refusal.__doc__ or "").split())
    return "" if text.startswith(f"{refusal.__name__}(") else text
