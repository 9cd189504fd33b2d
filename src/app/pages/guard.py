"""What every page does before and after its own work."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from structlog import get_logger

from app.edge.access import Gated, declaration
from app.edge.acting import acting
from app.edge.gate import Gate, SignedOut
from app.pages.account import way_back
from app.pages.form import Unreadable
from app.pages.paper import Paper
from domain.shared.model import NotFound, OutcomeUnknown, TryAgainLater

SIGN_IN = "/sign-in"
AWAY = (OutcomeUnknown, TryAgainLater, TimeoutError)
UNBOUND = (
    "Nothing was done. It was shown before you signed in or out, or your browser keeps no cookies.",
    "Please go back, load the page again, and try once more.",
)
log = get_logger(__name__)


class Foreign(Exception):
    """A form that was not sent from a page of ours."""


class Unbound(Foreign):
    """A form that was shown to another browser, or before somebody signed in or out."""


def guarded(paper: Paper, gate: Gate) -> type[Gated]:
    """Routes that let in whom their `x-access` says, take forms from our own pages alone, and say
    in a page what went wrong.
    """
    address = urlsplit(gate.base_url)
    origin = f"{address.scheme}://{address.netloc}"

    class Guarded(Gated):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler, said = super().get_route_handler(), declaration(self)

            async def handle(request: Request) -> Response:
                try:
                    request.state.caller = caller = await gate.admit(request, said)
                    if request.method == "POST":
                        _require_ours(request, origin)
                    with acting(caller.actor):
                        return await handler(request)
                except SignedOut:
                    return paper.sent_on(way_back.by(SIGN_IN, way_back.ours(request.url.path)))
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    return failed(paper, failure)

            return handle

    return Guarded


def failed(paper: Paper, failure: Exception) -> Response:
    """The page of a request that failed; what nobody foresaw is logged, and not told."""
    if isinstance(failure, NotFound) or _status(failure) == 404:
        lines = ("Please check the address, or go back to where you began.",)
        return paper.said("There is no such page", *lines, status=404)
    if isinstance(failure, Unbound):
        return paper.said("This form is no longer good", *UNBOUND, status=403)
    if isinstance(failure, Foreign):
        lines = ("Only forms of this shop's own pages are taken. Nothing was done.",)
        return paper.said("This form came from somewhere else", *lines, status=403)
    if isinstance(failure, Unreadable) or 400 <= _status(failure) < 500:
        lines = ("Nothing was done. Please go back, load the page again, and try once more.",)
        page = paper.said("This could not be read", *lines, status=_status(failure) or 400)
    elif isinstance(failure, AWAY):
        lines = ("Nothing is lost. Please load this page again in a moment.",)
        page = paper.said("Not just now", *lines, status=503)
        page.headers["retry-after"] = "1"
    else:
        log.error("page failed", exc_info=failure)
        lines = ("It is not your fault, and has been noted. Please try again later.",)
        page = paper.said("Something went wrong here", *lines, status=500)
    if isinstance(failure, HTTPException):
        page.headers.update(failure.headers or {})  # 405 says what is allowed
    return page


def _status(failure: Exception) -> int:
    return failure.status_code if isinstance(failure, HTTPException) else 0


def _require_ours(request: Request, origin: str) -> None:
    """Browsers say where a form was sent from. Who says nothing is no browser, and not served."""
    headers = request.headers
    if site := headers.get("sec-fetch-site"):
        if site != "same-origin":
            raise Foreign
        return
    if not _is_ours(headers.get("origin", ""), origin, headers.get("host", "")):
        raise Foreign


def _is_ours(told: str, origin: str, host: str) -> bool:
    """Whether it is our origin, or the one that was asked; never one that anybody can write into."""
    if told == origin:
        return True
    try:
        parts = urlsplit(told)
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or not origin.startswith("https:")
    return is_safe and bool(host) and parts.netloc == host
