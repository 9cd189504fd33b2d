"""What a client may do, for as long as that is good: all its tokens stand and fall with it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.contracts.identity import (
    AccountId,
    ClientId,
    GrantCode,
    GrantDetails,
    GrantEnded,
    GrantId,
    GrantToClient,
)
from domain.shared.model import Aggregate

REFRESH_PREFIX = "fsr"


@dataclass(kw_only=True)
class Grant(Aggregate):
    details: GrantDetails

    @classmethod
    def agreed(
        cls, grant_id: GrantId, to: GrantCode, now: datetime, lifetime: timedelta
    ) -> "Grant":
        """What the owner of an account agreed to."""
        return cls(
            details=GrantDetails(
                grant_id=grant_id,
                client_id=to.client_id,
                account_id=to.account_id,
                scopes=to.scopes,
                audience=to.audience,
                granted_at=now,
                expires_at=now + lifetime,
                used_at=now,
                authenticated_at=to.authenticated_at,
                nonce=to.nonce,
            )
        )

    @classmethod
    def own(
        cls, grant_id: GrantId, asked: GrantToClient, now: datetime, lifetime: timedelta
    ) -> "Grant":
        """What a client may do by itself."""
        return cls(
            details=GrantDetails(
                grant_id=grant_id,
                client_id=asked.client_id,
                account_id=None,
                scopes=asked.scopes,
                audience=asked.audience,
                granted_at=now,
                expires_at=now + lifetime,
                used_at=now,
            )
        )

    @property
    def grant_id(self) -> GrantId:
        return self.details.grant_id

    @property
    def subject(self) -> str:
        return str(self.grant_id)

    def described(self) -> str:
        """For the audit log."""
        its = self.details
        whose = f" for {its.account_id}" if its.account_id else ""
        return f"{its.client_id}{whose}: {' '.join(its.scopes)}"

    def is_of(self, client_id: ClientId | None, account_id: AccountId | None) -> bool:
        """Whether it is theirs; nothing stands for anybody's."""
        its = self.details
        return client_id in (None, its.client_id) and account_id in (None, its.account_id)

    def is_good(self, now: datetime) -> bool:
        return self.details.ended_at is None and now < self.details.expires_at

    def use(self, now: datetime) -> None:
        self.details = replace(self.details, used_at=now)

    def end(self, now: datetime) -> bool:
        """Whether it had not ended before."""
        its = self.details
        if its.ended_at is not None:
            return False
        self.details = replace(its, ended_at=now)
        self.record(
            GrantEnded(grant_id=its.grant_id, client_id=its.client_id, account_id=its.account_id)
        )
        return True
