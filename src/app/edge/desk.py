"""Where staff and back-office systems are served: the frame of all routes under `/v1`."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import from_json

from app.edge.access import Declared, Gated, declaration, declared
from app.edge.acting import acting
from app.edge.callers import Caller
from app.edge.deeds import Deeds
from app.edge.described import DONE, WHERE, WHICH, answers
from app.edge.gate import Gate, NotAdmitted, Overreach
from app.edge.problem_kinds import (
    BROKEN_JSON,
    CHANGED,
    INSUFFICIENT,
    INVALID,
    LATER,
    OTHER_MEDIA,
    REFUSED,
    UNAUTHORISED,
    VERSION_MISSING,
    kind_of,
)
from app.edge.problems import Problem, answered
from domain.shared.model import Refusal
from domain.shared.values import MOST_MINOR_UNITS

PREFIX = "/v1"
MOST_ITEMS = 100
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")
Item = TypeVar("Item")


class Body(BaseModel):
    """What is sent or answered. A field that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


def _written(at: object) -> object:
    """Seconds since 1970 are no time that a person would have meant."""
    if not (isinstance(at, datetime) or (isinstance(at, str) and RFC_3339.match(at))):
        raise ValueError("a time is written as in RFC 3339, with its zone: 2030-01-01T00:00:00Z")
    return at


Whole = Annotated[int, Strict()]
"""A number, not its digits in quotes."""
YesNo = Annotated[bool, Strict()]
"""`true` or `false`, and no word for it."""
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


def _shown(schema: dict[str, Any], page: Any) -> None:
    """A page looks like one with an item on it, if that says what it looks like."""
    for item in page.__pydantic_generic_metadata__["args"]:
        extra = getattr(item, "model_config", {}).get("json_schema_extra")
        for example in extra.get("examples", ())[:1] if isinstance(extra, dict) else ():
            schema["examples"] = [{"items": [example]}]


class Page(Body, Generic[Item]):
    """Part of a list. `next` is the `after` of what follows; on the last page it is null."""

    model_config = ConfigDict(json_schema_extra=_shown)

    items: tuple[Item, ...]
    next: str | None = None


class MoneyBody(Body):
    """Minor units of an ISO 4217 currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": 1999, "currency": "USD"}]})

    amount: Whole
    currency: str


class PriceBody(MoneyBody):
    """What something costs: nothing, or more."""

    amount: Whole = Field(ge=0, le=MOST_MINOR_UNITS)
    currency: str = Field(pattern="^[A-Z]{3}$")


After = Annotated[str | None, Query(max_length=400, description="The `next` of the page before.")]
Most = Annotated[int, Query(alias="limit", ge=1, le=MOST_ITEMS, description="Items of a page.")]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Names what is asked for, so that asking again does nothing again.",
    ),
]


async def _version(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description="The `ETag` that was read, or `*` for any version."),
    ] = None,
) -> int | None:
    if if_match is None:
        raise Problem(VERSION_MISSING)
    if if_match.strip() == "*":
        return None
    digits = if_match.strip().removeprefix('"').removesuffix('"')
    if not (digits.isascii() and digits.isdigit() and etag(int(digits[:18])) == if_match.strip()):
        raise Problem(CHANGED)  # no tag of ours: it matches nothing (RFC 9110, 13.1.1)
    return int(digits)


IfMatch = Annotated[int | None, Depends(_version)]


def is_at(path: str) -> bool:
    """Whether this is an address of the merchant API."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def etag(version: int) -> str:
    """How a version is told, and asked for in `If-Match`."""
    return f'"{version}"'


def staff(
    operation_id: str,
    scope: str,
    *refusals: type[Refusal],
    status: int = 200,
    tagged: bool = False,
) -> dict[str, Any]:
    """What a route for staff declares: its name, the scope that opens it, and how it may refuse.

    What is created says where it is; what is `tagged` has its version in the `ETag`.
    """
    kinds = (UNAUTHORISED, INSUFFICIENT, REFUSED, INVALID, LATER, *map(kind_of, refusals))
    headers = {"Location": WHERE} if status == 201 else {}
    headers |= {"ETag": WHICH} if tagged else {}
    done = {status: {"description": DONE, "headers": headers}} if headers else {}
    return {
        "operation_id": operation_id,
        "openapi_extra": declared("staff", scope),
        "responses": {**answers(kinds), **done},
        "status_code": status,
    }


class StrictRequest(Request):
    """JSON is what RFC 8259 says it is: no NaN, no broken UTF-8, no half surrogates."""

    async def json(self) -> Any:
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as broken:  # FastAPI lets nothing else through but this
            raise HTTPException(BROKEN_JSON.status) from broken

    async def require_json(self) -> None:
        """Raises `Problem`: what says that it is something else is not guessed at."""
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = media == "application/json" or re.fullmatch(r"application/.+\+json", media)
        if not is_json and await self.body():
            raise Problem(OTHER_MEDIA)


@dataclass(frozen=True)
class Desk:
    """Opens to whom the gate lets in, and has written down what they do."""

    gate: Gate
    deeds: Deeds

    def routes(self, tag: str) -> APIRouter:
        """Routes of a context for staff alone, whose failures are problems."""
        return APIRouter(prefix=PREFIX, tags=[tag], route_class=_guarded(self))

    async def admit(self, request: Request, said: Declared, operation: str) -> Caller:
        """Raises `Problem`. Who is known and reaches too far is written down."""
        try:
            return await self.gate.admit(request, said)
        except Overreach as no:
            await self.deeds.refused(no.caller, operation, request.url.path)
            headers = {"www-authenticate": no.challenge}
            more = {"scope": said.scope}
            raise Problem(INSUFFICIENT, no.because, more, headers) from None
        except NotAdmitted as no:
            headers = {"www-authenticate": no.challenge}
            raise Problem(UNAUTHORISED, no.because, headers=headers) from None


def _guarded(desk: Desk) -> type[APIRoute]:
    class Guarded(Gated):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()
            takes_body, operation = self.body_field is not None, self.operation_id or self.name
            said = declaration(self)

            async def answer(request: Request) -> Response:
                try:
                    strict = StrictRequest(request.scope, request.receive)
                    if takes_body:
                        await strict.require_json()
                    return await handler(strict)
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    return answered(failure)

            async def handle(request: Request) -> Response:
                try:
                    caller = await desk.admit(request, said, operation)
                    request.state.caller, request.state.gate = caller, desk.gate
                    with acting(caller.actor):
                        if request.method in ("GET", "HEAD"):
                            return await answer(request)
                        path = request.url.path
                        return await desk.deeds.noted(operation, path, lambda: answer(request))
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    return answered(failure)

            return handle

    return Guarded
