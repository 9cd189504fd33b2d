"""Whether a grant is good now, and what is left of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.contracts.identity import (
    OPENID_SCOPES,
    ROLES,
    STAFF,
    AccountId,
    ClientDetails,
    GrantDetails,
    GrantId,
    Standing,
)
from domain.shared.values import CustomerId


@dataclass(frozen=True, kw_only=True)
class AccountState:
    account_id: AccountId
    kind: str
    email: str
    role: str | None
    customer_id: CustomerId | None
    is_confirmed: bool
    is_disabled: bool


@dataclass(frozen=True, kw_only=True)
class GrantState:
    """`client` and `account` as they are now; one that is gone is nothing."""

    grant: GrantDetails
    client: ClientDetails | None
    account: AccountState | None


def standing(grant_id: GrantId, state: GrantState | None, now: datetime) -> Standing:
    """What is left of a grant: no more than its client may have, and than the role of a member of
    staff allows. It is good if nobody who has a part in it is gone or disabled. An e-mail address
    is told once it has been confirmed.
    """
    if not state or not (client := state.client) or not _is_good(state, now):
        return Standing(grant_id=grant_id, is_good=False)
    account = state.account
    return Standing(
        grant_id=grant_id,
        is_good=True,
        scopes=_left(state.grant.scopes, client, account),
        client_id=client.client_id,
        client_kind=client.kind,
        profile_url=client.profile_url,
        account_id=account.account_id if account else None,
        account_kind=account.kind if account else None,
        email=account.email if account and account.is_confirmed else None,
        customer_id=account.customer_id if account else None,
    )


def _is_good(state: GrantState, now: datetime) -> bool:
    grant, client, account = state.grant, state.client, state.account
    is_of_somebody = grant.account_id is not None
    return (
        grant.ended_at is None
        and now < grant.expires_at
        and client is not None
        and not client.is_disabled
        and (account is not None and not account.is_disabled if is_of_somebody else True)
    )


def _left(
    scopes: tuple[str, ...], client: ClientDetails, account: AccountState | None
) -> tuple[str, ...]:
    left = [scope for scope in scopes if scope in client.scopes]
    if account and account.kind == STAFF:
        allowed = ROLES.get(account.role or "", frozenset()) | set(OPENID_SCOPES)
        left = [scope for scope in left if scope in allowed]
    return tuple(left)
