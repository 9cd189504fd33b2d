"""What every page does before and after its own work."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from structlog import get_logger

from app.pages.form import Unreadable
from app.pages.paper import Paper
from domain.shared.model import NotFound, OutcomeUnknown, TryAgainLater

AWAY = (OutcomeUnknown, TryAgainLater, TimeoutError)
log = get_logger(__name__)


class Foreign(Exception):
    """A form that was not sent from a page of ours."""


def guarded(paper: Paper, origin: str) -> type[APIRoute]:
    """Routes that take forms from our own pages alone, and say in a page what went wrong."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    if request.method == "POST":
                        _require_ours(request, origin)
                    return await handler(request)
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    return failed(paper, failure)

            return handle

    return Guarded


def failed(paper: Paper, failure: Exception) -> Response:
    """The page of a request that failed; what nobody foresaw is logged, and not told."""
    if isinstance(failure, NotFound) or _status(failure) == 404:
        lines = ("Please check the address, or go back to where you began.",)
        return paper.said("There is no such page", *lines, status=404)
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
    told = headers.get("origin", "")
    if not told or (told != origin and urlsplit(told).netloc != headers.get("host")):
        raise Foreign
