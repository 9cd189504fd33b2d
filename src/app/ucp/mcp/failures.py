"""How a tool call that did not succeed is told: as a JSON-RPC error, and as HTTP has it (UCP 6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    ErrorData,
)
from pydantic_core import to_json

UNPROCESSED, UNMET = -32000, -32001
CODES = {
    "invalid_profile_url": UNMET,
    "profile_unreachable": UNMET,
    "profile_malformed": UNMET,
    "version_unsupported": UNMET,
    "digest_mismatch": INVALID_REQUEST,
    "algorithm_unsupported": INVALID_REQUEST,
    "invalid_request": INVALID_PARAMS,
    "request_too_large": INVALID_PARAMS,
    "internal_error": INTERNAL_ERROR,
}
"""All others are `UNPROCESSED`."""
STATUSES = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    INVALID_PARAMS: 400,
    METHOD_NOT_FOUND: 404,
    INTERNAL_ERROR: 500,
}
"""What HTTP says of errors that come of no route (ERR-5)."""


@dataclass
class Told:
    """What HTTP says of an answer: another status where it did not succeed, and more headers. Of
    which `operation` it is, if of any.
    """

    operation: str = ""
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


def error(told: Mapping[str, Any], retry_after: str | None = None) -> ErrorData:
    """The body that REST would have is its `data` (ERR-2)."""
    message = str(told.get("content") or "A buyer must agree first.")
    data = dict(told) | ({"retry_after": int(retry_after)} if retry_after else {})
    return ErrorData(code=CODES.get(told.get("code", ""), UNPROCESSED), message=message, data=data)


def plain(answer: bytes) -> bytes:
    """An answer in which the package says at length what it could not read as a message: that it is
    none, is all there is to say.
    """
    if b'"id":null' not in answer or b'"Validation error' not in answer:
        return answer
    said = {"code": INVALID_REQUEST, "message": "This is no message of JSON-RPC 2.0."}
    return to_json({"jsonrpc": "2.0", "id": None, "error": said})
