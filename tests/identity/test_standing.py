"""What is left of a grant."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.contracts.identity import (
    APPLICATION,
    BUYER,
    ROLES,
    SHOPPING_SCOPES,
    STAFF,
    STAFF_SCOPES,
    AccountId,
    GrantDetails,
    GrantId,
    Standing,
)
from domain.identity.standing import AccountState, GrantState, standing
from domain.shared.values import CustomerId
from tests.identity.linked import AUDIENCE, NOW, a_client

GRANT_ID = GrantId(uuid4())
BUYER_STATE = AccountState(
    account_id=AccountId(uuid4()),
    kind=BUYER,
    email="jane@example.com",
    role=None,
    customer_id=CustomerId("cus_1"),
    is_confirmed=True,
    is_disabled=False,
)
STAFF_STATE = replace(BUYER_STATE, kind=STAFF, role="support", customer_id=None)


def a_state(account: AccountState | None = BUYER_STATE, **grant: Any) -> GrantState:
    client = a_client(
        **({"kind": APPLICATION, "scopes": (*STAFF_SCOPES, "openid")} if account else {})
    )
    if account and account.kind == BUYER:
        client = a_client()
    plain = GrantDetails(
        grant_id=GRANT_ID,
        client_id=client.client_id,
        account_id=account.account_id if account else None,
        scopes=client.scopes,
        audience=AUDIENCE,
        granted_at=NOW,
        expires_at=NOW + timedelta(days=90),
        used_at=NOW,
    )
    return GrantState(grant=replace(plain, **grant), client=client, account=account)


def test_what_a_buyer_agreed_to_is_told_with_who_it_is() -> None:
    told = standing(GRANT_ID, a_state(), NOW)

    assert told.is_good
    assert told.scopes == SHOPPING_SCOPES
    assert (told.account_id, told.account_kind) == (BUYER_STATE.account_id, BUYER)
    assert (told.customer_id, told.email) == ("cus_1", "jane@example.com")


def test_what_a_client_may_do_by_itself_is_nobodys() -> None:
    told = standing(GRANT_ID, a_state(account=None), NOW)

    assert told.is_good
    assert (told.account_id, told.email, told.customer_id) == (None, None, None)


@pytest.mark.parametrize(
    "state",
    [
        None,
        a_state(ended_at=NOW),
        a_state(expires_at=NOW),
        replace(a_state(), client=None),
        replace(a_state(), client=a_client(is_disabled=True)),
        replace(a_state(), account=None),
        a_state(replace(BUYER_STATE, is_disabled=True)),
    ],
)
def test_what_is_not_good_tells_nothing(state: GrantState | None) -> None:
    assert standing(GRANT_ID, state, NOW) == Standing(grant_id=GRANT_ID, is_good=False)


def test_a_scope_that_the_client_lost_is_gone() -> None:
    state = replace(a_state(), client=a_client(scopes=SHOPPING_SCOPES[:1]))

    assert standing(GRANT_ID, state, NOW).scopes == SHOPPING_SCOPES[:1]


@pytest.mark.parametrize("role", list(ROLES))
def test_staff_may_do_what_the_role_allows(role: str) -> None:
    told = standing(GRANT_ID, a_state(replace(STAFF_STATE, role=role)), NOW)

    assert set(told.scopes) == ROLES[role] | {"openid"}


@pytest.mark.parametrize("role", [None, "", "emperor"])
def test_staff_without_a_role_that_there_is_may_do_nothing(role: str | None) -> None:
    told = standing(GRANT_ID, a_state(replace(STAFF_STATE, role=role)), NOW)

    assert told.scopes == ("openid",)


def test_an_email_address_that_is_not_confirmed_is_not_told() -> None:
    told = standing(GRANT_ID, a_state(replace(BUYER_STATE, is_confirmed=False)), NOW)

    assert told.is_good
    assert told.email is None
