"""Nobody gives what they do not have, nor takes hold of what reaches further than they do."""

from collections.abc import Iterable
from typing import Annotated, cast

from fastapi import Depends, Request

from app.edge.callers import Caller
from app.edge.gate import MERCHANT, Gate
from app.edge.problem_kinds import INSUFFICIENT
from app.edge.problems import Problem
from domain.contracts.identity import STAFF_SCOPES


class Authority:
    """What whoever asks may hand on."""

    def __init__(self, request: Request) -> None:
        self._scopes = cast(Caller, request.state.caller).scopes
        self._gate = cast(Gate, request.state.gate)

    def require(self, scopes: Iterable[str]) -> None:
        """Of the merchant API: what buyers let platforms do is for buyers to give. Raises `Problem`."""
        if missing := sorted((set(scopes) & set(STAFF_SCOPES)) - self._scopes):
            said = " ".join(missing)
            text = "Nobody gives more than they have, or changes who may do more than they may."
            challenge = self._gate.challenge(MERCHANT, "insufficient_scope", said)
            headers = {"www-authenticate": challenge}
            raise Problem(INSUFFICIENT, text, {"scope": said}, headers)


async def _authority(request: Request) -> Authority:
    return Authority(request)


Asking = Annotated[Authority, Depends(_authority)]
