"""New grants of clients' own, as one statement adds them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Insert, Select, bindparam, exists, insert, select, union_all

from domain.identity.grant import Grant
from infrastructure.identity.grant_rows import grant_row
from infrastructure.identity.tables import clients, grants

ALIKE: dict[str, Any] = {
    "account_id": None,
    "ended_at": None,
    "authenticated_at": None,
    "nonce": None,
    "version": 1,
    "events_recorded": 0,
}
"""In all that are new and that nobody agreed to: told once, however many there are."""


@cache
def adding(number: int) -> Insert:
    """So many, of clients that may act."""
    rows = [_row(at) for at in range(number)]
    names = [column.name for column in grants.c]
    added = insert(grants).from_select(names, union_all(*rows) if number > 1 else rows[0])
    return added.execution_options(preserve_rowcount=True)  # or psycopg says -1 of an insert


def _row(at: int) -> Select[Any]:
    def told(name: str) -> BindParameter[Any]:
        return bindparam(name if name in ALIKE else f"{name}_{at}", type_=grants.c[name].type)

    may_act = (clients.c.client_id == told("client_id"), clients.c.is_disabled.is_(False))
    return select(*(told(column.name) for column in grants.c)).where(exists().where(*may_act))


def rows_of(some: Sequence[Grant]) -> dict[str, Any]:
    its = {
        f"{name}_{at}": value
        for at, grant in enumerate(some)
        for name, value in grant_row(grant, grant.version + 1).items()
        if name not in ALIKE
    }
    return {**ALIKE, **its}
