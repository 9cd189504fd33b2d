"""What `/openapi.json` says of the merchant API: how each operation may be answered."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI

from app.edge.access import SCHEMES
from app.edge.problem_kinds import (
    BROKEN_JSON,
    CHANGED,
    KEY_MISSING,
    LARGE_BODY,
    MEDIA_TYPE,
    OTHER_MEDIA,
    SLOW_BODY,
    VERSION_MISSING,
    Kind,
)

Document = dict[str, Any]
DONE = "Successful Response"
WHERE = {"description": "Where it is to be found.", "schema": {"type": "string"}}
WHICH = {"description": "Its version, for `If-Match`.", "schema": {"type": "string"}}
OF_BODIES = (BROKEN_JSON, SLOW_BODY, LARGE_BODY, OTHER_MEDIA)
OF_HEADERS = {"Idempotency-Key": (KEY_MISSING,), "If-Match": (CHANGED, VERSION_MISSING)}


def describe(app: FastAPI) -> None:
    """Have the document say how callers show who they are, and how what they send may be refused."""
    made = app.openapi

    def openapi() -> Document:
        if not app.openapi_schema:  # it is made once
            document = made()
            document.setdefault("components", {})["securitySchemes"] = SCHEMES
            for item in document["paths"].values():
                for operation in item.values():
                    if operation.get("x-access") == "staff":
                        _complete(operation)
        return made()

    app.openapi = openapi  # type: ignore[method-assign]


def answers(kinds: Iterable[Kind]) -> dict[int | str, Document]:
    """What is answered in place of what was asked for, by status."""
    by_status: dict[int, list[Kind]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {code: _described(met) for code, met in sorted(by_status.items())}


def _complete(operation: Document) -> None:
    """With what may be wrong with a body, or with a header, where it takes one."""
    kinds = list(OF_BODIES) if "requestBody" in operation else []
    for parameter in operation.get("parameters", ()):
        kinds += OF_HEADERS.get(parameter["name"], ())
        if parameter["name"] == "If-Match":  # without it the answer is 428, not 422
            parameter |= {"required": True, "schema": {"type": "string"}}
    responses = operation["responses"]
    for code, answer in answers(kinds).items():
        known = responses.setdefault(str(code), answer)
        if known is not answer:
            _extend(known, answer)
    operation["responses"] = dict(sorted(responses.items()))


def _extend(known: Document, more: Document) -> None:
    known["description"] += f" {more['description']}"
    _types(known).extend(_types(more))


def _types(answer: Document) -> list[str]:
    schema = answer["content"][MEDIA_TYPE]["schema"]
    types: list[str] = schema["properties"]["type"]["enum"]
    return types


def _described(kinds: list[Kind]) -> Document:
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
