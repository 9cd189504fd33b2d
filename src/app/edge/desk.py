"""Where staff and back-office systems are served: the frame of all routes under `/v1`."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import compare_digest
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from app.edge.problem_kinds import (
    BROKEN_JSON,
    CHANGED,
    CLOSED,
    INVALID,
    LATER,
    UNAUTHORISED,
    VERSION_MISSING,
    Kind,
    kind_of,
)
from app.edge.problems import MEDIA_TYPE, Problem, answered
from domain.shared.model import Refusal
from infrastructure.shared.envelope import carrying, current

PREFIX = "/v1"
STAFF: dict[str, Any] = {"x-access": "staff", "security": [{"staff": []}]}
SCHEME = {"staff": {"type": "http", "scheme": "bearer", "description": "`FREESTONE_ADMIN_KEY`"}}
MOST_ITEMS = 100
Item = TypeVar("Item")


class Body(BaseModel):
    """What is sent or answered. A field that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Page(Body, Generic[Item]):
    """Part of a list. `next` is the `after` of what follows; on the last page it is null."""

    items: tuple[Item, ...]
    next: str | None = None


class MoneyBody(Body):
    """Minor units of an ISO 4217 currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": 1999, "currency": "USD"}]})

    amount: int
    currency: str


After = Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")]
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


def describe_key(app: FastAPI) -> None:
    """Have `/openapi.json` say how staff show who they are."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        document.setdefault("components", {})["securitySchemes"] = SCHEME
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def etag(version: int) -> str:
    """How a version is told, and asked for in `If-Match`."""
    return f'"{version}"'


def staff(operation_id: str, *refusals: type[Refusal], status: int = 200) -> dict[str, Any]:
    """What a route for staff declares: its name, who may use it, and how it may refuse."""
    kinds = (UNAUTHORISED, CLOSED, INVALID, LATER, *(kind_of(refusal) for refusal in refusals))
    by_status: dict[int, list[Kind]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    responses = {code: _described(met) for code, met in by_status.items()}
    return {
        "operation_id": operation_id,
        "openapi_extra": STAFF,
        "responses": responses,
        "status_code": status,
    }


def _described(kinds: list[Kind]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"enum": [kind.type for kind in kinds]},
            "title": {"type": "string"},
            "status": {"const": kinds[0].status},
            "detail": {"type": "string"},
        },
    }
    text = " ".join(f"{kind.title}." for kind in kinds)
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}


class StrictRequest(Request):
    """JSON is what RFC 8259 says it is: no NaN, no broken UTF-8, no half surrogates."""

    async def json(self) -> Any:
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as broken:
            raise Problem(BROKEN_JSON) from broken


@dataclass(frozen=True)
class Desk:
    """Opens to whoever has the key; without a key it is closed."""

    key: str = field(repr=False)

    def routes(self, tag: str) -> APIRouter:
        """Routes of a context for staff alone, whose failures are problems."""
        return APIRouter(prefix=PREFIX, tags=[tag], route_class=_guarded(self))

    def admit(self, request: Request) -> None:
        """Raises `Problem`. Both are hashed, so that the time taken tells nothing."""
        if not self.key:
            raise Problem(CLOSED)
        scheme, _, told = request.headers.get("authorization", "").partition(" ")
        given = sha256(told.strip().encode()).digest()
        known = compare_digest(given, sha256(self.key.encode()).digest())
        if scheme.lower() != "bearer" or not known:
            raise Problem(UNAUTHORISED, headers={"www-authenticate": 'Bearer realm="merchant"'})


def _guarded(desk: Desk) -> type[APIRoute]:
    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    desk.admit(request)
                    with carrying(replace(current(), actor="staff")):
                        return await handler(StrictRequest(request.scope, request.receive))
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    return answered(failure)

            return handle

    return Guarded
