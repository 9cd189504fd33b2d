"""How clients are told that a request did not succeed (RFC 6749, 5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from authlib.oauth2 import OAuth2Error
from fastapi import Response
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from structlog import get_logger

from domain.shared.model import OutcomeUnknown, TryAgainLater

AWAY = TryAgainLater | OutcomeUnknown | TimeoutError
UNKEPT = {"cache-control": "no-store", "pragma": "no-cache"}
TEXTS = {
    404: "There is nothing here.",
    405: "This is asked for in another way.",
    408: "The body did not come in time.",
    413: "A body is not as large as this.",
}
log = get_logger(__name__)


@dataclass
class OAuthError(Exception):
    """`error` is a word of an RFC; `description` is ASCII, without quotes and backslashes, and
    never says what was sent.
    """

    error: str
    description: str
    status: int = 400
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid_client() -> OAuthError:
    """The same whatever is wrong: unknown, disabled, another method, or not proven."""
    challenge = {"www-authenticate": 'Basic realm="oauth", charset="UTF-8"'}
    text = "The client is not known, or did not show that it is itself."
    return OAuthError("invalid_client", text, 401, challenge)


def worded(error: OAuth2Error) -> OAuthError:
    """What Authlib found: its word, and its text, where that is not made of what was sent."""
    return OAuthError(str(error.error), error.description or error.get_error_description())


def answered(failure: Exception) -> Response:
    """The answer to a request that failed; what nobody foresaw is logged, and not told."""
    if isinstance(failure, OAuthError):
        return _told(failure)
    if isinstance(failure, HTTPException):
        text = TEXTS.get(failure.status_code, "This could not be read.")
        headers = failure.headers or {}  # 405 says what is allowed
        return _told(OAuthError("invalid_request", text, failure.status_code, headers))
    if isinstance(failure, AWAY):
        text = "This cannot be done just now. It may be asked again."
        return _told(OAuthError("temporarily_unavailable", text, 503, {"retry-after": "1"}))
    log.error("request failed", exc_info=failure)
    return _told(OAuthError("server_error", "Something went wrong here.", 500))


def _told(failure: OAuthError) -> Response:
    body = {"error": failure.error, "error_description": failure.description}
    headers = {**UNKEPT, **failure.headers}
    return Response(to_json(body), failure.status, headers, "application/json")
