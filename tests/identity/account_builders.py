"""Accounts, for tests."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.contracts.identity import STAFF, AccountId, SessionId, SignUp
from domain.identity.account import Account
from domain.identity.session import Session
from domain.shared.ids import uuid7

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
ANOTHER = "another horse battery staple"


@dataclass
class SettableClock:
    """Time that passes when it is told to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def an_email(name: str = "Jane") -> str:
    """One that no other test has."""
    return f"{name}.{uuid4().hex}@Example.com"


def an_account_id(at: datetime = NOON) -> AccountId:
    return AccountId(uuid7(at))


def a_buyer(**parts: Any) -> Account:
    return replace(Account.signed_up(an_account_id(), an_email(), "a hash", NOON), **parts)


def a_member_of_staff(role: str = "owner", **parts: Any) -> Account:
    member = Account.employed(an_account_id(), an_email("Olga"), role, "a hash", NOON)
    return replace(member, **parts)


def a_full_account() -> Account:
    """Every part of it filled."""
    return a_member_of_staff(
        kind=STAFF, is_confirmed=True, is_disabled=True, customer_id=f"cus_{uuid4().hex}"
    )


def a_session(account: Account, now: datetime = NOON, **parts: Any) -> Session:
    begun = Session.begun(
        SessionId(uuid7(now)), account.details(), now, agent="Firefox", source="192.0.2.1"
    )
    return replace(begun, **parts)


def a_sign_up(**parts: Any) -> SignUp:
    return replace(SignUp(email=an_email(), password=PASSWORD, source=a_source()), **parts)


def a_source() -> str:
    """A place that no other test asks from."""
    return f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
