"""Requests that were made under a key, as rows."""

from sqlalchemy import bindparam

from domain.contracts.ordering import Request
from domain.ordering.claim import Claim
from infrastructure.ordering.attempt_rows import Row, answer_of, request_of
from infrastructure.ordering.tables import claims

OWN_CLAIM = (
    (claims.c.client == bindparam("of_client"))
    & (claims.c.operation == bindparam("of_operation"))
    & (claims.c.key == bindparam("of_key"))
)


def naming(request: Request) -> dict[str, object]:
    """What `OWN_CLAIM` is found by."""
    return {
        "of_client": request.client,
        "of_operation": request.operation,
        "of_key": request.key,
    }


def claim_of(row: Row) -> Claim:
    return Claim(request=request_of(row), answer=answer_of(row), attempt_id=row["attempt_id"])
