"""Answers that somebody may want to hold us to are signed (UCP SIG-21, SIG-22, ORD-19)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

SIGNED = ("complete_checkout", "get_order", "update_order")
"""The operations by whose answers an order is promised, or told."""


def _nothing(_status: int, _media: str, _body: bytes) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Signing:
    """`keys` are the public ones that our messages are verified by; `response` tells the headers that
    sign an answer.
    """

    keys: Callable[[], Sequence[Mapping[str, Any]]]
    response: Callable[[int, str, bytes], Mapping[str, str]]

    def signed(self, answer: Response, operation: str) -> Response:
        """What was refused is not signed (SIG-23)."""
        media = answer.headers.get("content-type", "")
        more = self.headers(operation, answer.status_code, media, bytes(answer.body))
        answer.headers.update(more)
        return answer

    def headers(self, operation: str, status: int, media: str, body: bytes) -> Mapping[str, str]:
        """What signs this answer, where it is to be signed."""
        is_signed = operation in SIGNED and status < 400
        return self.response(status, media, body) if is_signed else {}


UNSIGNED = Signing(tuple, _nothing)
