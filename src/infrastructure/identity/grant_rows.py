"""How grants, and what decides whether they are good, lie in rows."""

from typing import Any

from sqlalchemy import RowMapping

from domain.contracts.identity import AccountId, ClientId, GrantDetails
from domain.identity.grant import Grant
from domain.identity.standing import AccountState
from domain.shared.values import CustomerId
from infrastructure.identity.tables import accounts, clients, grants

OF_CLIENT = [column.label(f"client.{column.name}") for column in clients.c]
OF_ACCOUNT = [
    accounts.c[name].label(f"account.{name}")
    for name in (
        "account_id",
        "kind",
        "email",
        "role",
        "customer_id",
        "is_confirmed",
        "is_disabled",
    )
]
with_its_people = grants.outerjoin(clients, clients.c.client_id == grants.c.client_id).outerjoin(
    accounts, accounts.c.account_id == grants.c.account_id
)


def grant_of(row: RowMapping) -> Grant:
    return Grant(
        details=GrantDetails(
            grant_id=row["grant_id"],
            client_id=ClientId(row["client_id"]),
            account_id=row["account_id"],
            scopes=tuple(row["scopes"].split()),
            audience=row["audience"],
            granted_at=row["granted_at"],
            expires_at=row["expires_at"],
            used_at=row["used_at"],
            ended_at=row["ended_at"],
            authenticated_at=row["authenticated_at"],
            nonce=row["nonce"],
        ),
        version=row["version"],
        events_recorded=row["events_recorded"],
    )


def grant_row(grant: Grant, version: int) -> dict[str, Any]:
    its = grant.details
    return {
        "grant_id": its.grant_id,
        "client_id": its.client_id,
        "account_id": its.account_id,
        "scopes": " ".join(its.scopes),
        "audience": its.audience,
        "granted_at": its.granted_at,
        "expires_at": its.expires_at,
        "used_at": its.used_at,
        "ended_at": its.ended_at,
        "authenticated_at": its.authenticated_at,
        "nonce": its.nonce,
        "version": version,
        "events_recorded": grant.events_recorded,
    }


def account_of(row: RowMapping) -> AccountState | None:
    if row["account.account_id"] is None:
        return None
    customer_id = row["account.customer_id"]
    return AccountState(
        account_id=AccountId(row["account.account_id"]),
        kind=row["account.kind"],
        email=row["account.email"],
        role=row["account.role"],
        customer_id=customer_id and CustomerId(customer_id),
        is_confirmed=row["account.is_confirmed"],
        is_disabled=row["account.is_disabled"],
    )
