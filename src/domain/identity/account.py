"""Somebody who can show who they are: a buyer or a member of staff, by an e-mail address."""

from dataclasses import dataclass
from datetime import datetime

from domain.contracts.identity import (
    BUYER,
    ROLES,
    STAFF,
    AccountChanged,
    AccountClosed,
    AccountDetails,
    AccountId,
    UnfitAccount,
    UnknownAccount,
)
from domain.identity.fitness import require_address
from domain.shared.emails import known_as
from domain.shared.model import Aggregate
from domain.shared.values import CustomerId

OWNER = "owner"


@dataclass
class Account(Aggregate):
    """No two of a kind have one e-mail address, in any case of its letters.

    Without a password nobody signs in: it is chosen by mail.
    """

    account_id: AccountId
    kind: str
    email: str
    joined_at: datetime
    password_hash: str | None = None
    role: str | None = None
    customer_id: CustomerId | None = None
    is_confirmed: bool = False
    is_disabled: bool = False

    @property
    def email_key(self) -> str:
        """The e-mail address as it is compared."""
        return known_as(self.email)

    @property
    def opens_with(self) -> str | None:
        """The hash of what it is opened with, if it can be."""
        return None if self.is_disabled else self.password_hash

    @property
    def is_owner(self) -> bool:
        """Whether it can let others in."""
        return self.role == OWNER and not self.is_disabled

    @classmethod
    def signed_up(
        cls, account_id: AccountId, email: str, password_hash: str, at: datetime
    ) -> "Account":
        """A buyer, whose e-mail address is still to be confirmed. Refuses with `UnfitAccount`."""
        require_address(email)
        return cls(account_id, BUYER, email.strip(), at, password_hash)

    @classmethod
    def employed(
        cls, account_id: AccountId, email: str, role: str, password_hash: str | None, at: datetime
    ) -> "Account":
        """A member of staff. Refuses with `UnfitAccount`."""
        require_address(email)
        require_role(role)
        return cls(account_id, STAFF, email.strip(), at, password_hash, role)

    def confirm(self, customer_id: CustomerId | None) -> None:
        """The e-mail address is theirs: a buyer is this customer."""
        self.is_confirmed, self.customer_id = True, customer_id

    def choose_password(self, password_hash: str) -> None:
        self.password_hash = password_hash

    def forget_password(self) -> None:
        """Nobody signs in until another is chosen by mail."""
        self.password_hash = None

    def employ_as(self, role: str, *, is_disabled: bool, version: int | None) -> None:
        """Saying what stands already changes nothing.

        Refuses with `UnknownAccount` where it is no member of staff, with `UnfitAccount`, or with
        `AccountChanged` unless this is the version that was seen, or any will do.
        """
        self.require_staff()
        require_role(role)
        if (role, is_disabled) == (self.role, self.is_disabled):
            return
        if version not in (None, self.version):
            raise AccountChanged(self.account_id, self.version)
        self.role, self.is_disabled = role, is_disabled

    def require_staff(self) -> None:
        if self.kind != STAFF:
            raise UnknownAccount(self.account_id)

    def close(self) -> None:
        """To be forgotten. Refuses with `UnknownAccount` where it is no buyer."""
        if self.kind != BUYER:
            raise UnknownAccount(self.account_id)
        self.record(AccountClosed(account_id=self.account_id))

    def details(self) -> AccountDetails:
        return AccountDetails(
            account_id=self.account_id,
            kind=self.kind,
            email=self.email,
            role=self.role,
            customer_id=self.customer_id,
            is_confirmed=self.is_confirmed,
            is_disabled=self.is_disabled,
            joined_at=self.joined_at,
            version=self.version,
        )


def require_role(role: str) -> None:
    if role not in ROLES:
        raise UnfitAccount(f"its role is none of {', '.join(ROLES)}")
