"""How clients are told that a request did not succeed (UCP section 6).

Who cannot be understood gets a flat body with a code, always (ERR-1, ERR-3); what came of a request
that could, in an envelope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from structlog import get_logger

from app.ucp import rendering
from app.ucp.presentation import CART, CHECKOUT, ORDER, Presentation
from domain.contracts.fulfillment import NoShipment
from domain.contracts.ordering import (
    CheckoutClosed,
    KeyReused,
    Notice,
    NotYourOrder,
    UnfitReport,
    UnknownCart,
    UnknownCheckout,
    UnknownOrder,
)
from domain.shared.model import OutcomeUnknown, Refusal, TryAgainLater

log = get_logger(__name__)
LONGEST_PART = 100
"""Of the name of a member that is told of: names too are sent by others."""

NO_JSON = "The body must be JSON, and Content-Type say so: application/json."
NO_CHECKOUT = Notice(kind="error", code="not_found", text="There is no such checkout.")
NO_CART = Notice(kind="error", code="not_found", text="There is no such cart.")
NO_ORDER = Notice(kind="error", code="not_found", text="There is no such order.")
FOREIGN_ORDER = Notice(
    kind="error", code="unauthorized", text="This order was placed through someone else."
)
CODES = {
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
}


@dataclass
class Refused(Exception):
    """The request itself cannot be processed: a transport error, with a flat body.

    `page` is where a buyer could go on by themselves (UCP ERR-4).
    """

    status: int
    code: str
    content: str
    challenge: str | None = None
    retry_seconds: int | None = None
    page: str | None = None


@dataclass
class NeedsBuyer(Refused):
    """A buyer must agree first, to the `scope`: told in an envelope (UCP A-8, OAU-30)."""

    scope: str = ""


@dataclass
class Incompatible(Refused):
    """The platform lacks the `capability` that an operation is of (UCP NEG-5)."""

    capability: str = ""


class BadRequest(Refused):
    """What was sent makes no sense; `content` says what and where, never what the value was."""

    def __init__(self, content: str) -> None:
        super().__init__(400, "invalid_request", content)


def answered(failure: Exception, shown: Presentation) -> Response:
    """The answer to a request that failed; what nobody foresaw is logged, and not told."""
    if isinstance(failure, NeedsBuyer):
        return _needs_buyer(failure, shown)
    if isinstance(failure, Incompatible):
        return _incompatible(failure, shown)
    if isinstance(failure, Refused):
        return _refused(failure, shown)
    if isinstance(failure, RequestValidationError):
        return flat(400, "invalid_request", mistakes(failure.errors()), shown)
    if isinstance(failure, HTTPException):
        code = CODES.get(failure.status_code, "invalid_request")
        headers = dict(failure.headers or {})  # 405 says what is allowed
        return flat(failure.status_code, code, str(failure.detail), shown, **headers)
    if isinstance(failure, Refusal):
        return _refusal(failure, shown)
    if isinstance(failure, TryAgainLater | OutcomeUnknown | TimeoutError):
        text = "This cannot be done just now. The same request may be sent again."
        return flat(503, "service_unavailable", text, shown, **{"retry-after": "1"})
    log.error("request failed", exc_info=failure)
    return flat(500, "internal_error", "Something went wrong here.", shown)


def _refused(no: Refused, shown: Presentation) -> Response:
    told = {"www-authenticate": no.challenge, "retry-after": no.retry_seconds}
    headers = {name: str(value) for name, value in told.items() if value}
    return flat(no.status, no.code, no.content, shown, page=no.page, **headers)


def _incompatible(no: Incompatible, shown: Presentation) -> Response:
    """Nothing can be done for who asks, but for the buyer (NEG-5, A-63)."""
    notice = Notice(kind="error", code=no.code, text=no.content)
    body = rendering.failure((notice,), shown, no.capability, continue_url=no.page)
    return Response(to_json(body), no.status, media_type="application/json")


def _needs_buyer(needed: NeedsBuyer, shown: Presentation) -> Response:
    """The scope begins with the capability that the operation is of."""
    notice = Notice(kind="error", code=needed.code, text=needed.content, severity=rendering.BUYERS)
    body = rendering.failure((notice,), shown, needed.scope.partition(":")[0])
    headers = {"www-authenticate": needed.challenge or ""}
    return Response(to_json(body), needed.status, headers, media_type="application/json")


def flat(
    status: int,
    code: str,
    content: str,
    shown: Presentation,
    *,
    page: str | None = None,
    **headers: str,
) -> Response:
    """Interop clients look for `detail`."""
    body = {"code": code, "content": content}
    if page:
        body["continue_url"] = page
    if shown.is_interop:
        body["detail"] = content
    return Response(to_json(body), status, headers, media_type="application/json")


def mistakes(errors: Sequence[Any]) -> str:
    """What is wrong with a body and where; values are left out, for they may be secret."""
    if any(isinstance(e.get("input"), bytes) for e in errors):  # which nobody took for JSON
        return NO_JSON
    told = [
        f"{'.'.join(str(part)[:LONGEST_PART] for part in e['loc'])}: {e['msg']}" for e in errors[:5]
    ]
    return "; ".join(told)


def _refusal(refusal: Refusal, shown: Presentation) -> Response:
    match refusal:
        case UnknownCheckout():
            return _envelope((NO_CHECKOUT,), shown, CHECKOUT)
        case UnknownCart():
            return no_cart(shown, CART)
        case UnknownOrder():
            return _envelope((NO_ORDER,), shown, ORDER)
        case NotYourOrder():
            return _envelope((FOREIGN_ORDER,), shown, ORDER)
        case KeyReused():
            text = "This idempotency key was used for another request."
            return flat(409, "idempotency_conflict", text, shown)
        case CheckoutClosed(status=status):
            return flat(409, "invalid_state", f"This checkout is {status}: it stays so.", shown)
        case UnfitReport(because=because):
            return flat(422, "invalid_request", f"This report does not fit: {because}.", shown)
        case NoShipment():
            return flat(409, "invalid_state", "There is nothing to ship for this order.", shown)
    return flat(409, "refused", f"This was refused: {type(refusal).__name__}.", shown)


def no_cart(shown: Presentation, root: str) -> Response:
    """`root` is the capability that was asked for: a checkout too is made of a cart (CAR-15)."""
    return _envelope((NO_CART,), shown, root)


def _envelope(notices: tuple[Notice, ...], shown: Presentation, root: str) -> Response:
    body = rendering.failure(notices, shown, root)
    return Response(to_json(body), media_type="application/json")
