"""What is handed to a client by way of a browser, and is good for one thing and a moment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.contracts.identity import CodeDetails, GrantCode, GrantId

PREFIX = "fsc"
LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Code:
    """`digest` is keyed; `grant_id` says what was granted for it, once it is spent."""

    digest: str = field(repr=False)
    granted: GrantCode
    expires_at: datetime
    grant_id: GrantId | None = None

    @property
    def is_spent(self) -> bool:
        return self.grant_id is not None

    def is_good(self, now: datetime) -> bool:
        return not self.is_spent and now < self.expires_at

    def told(self) -> CodeDetails:
        return CodeDetails(granted=self.granted, expires_at=self.expires_at, is_spent=self.is_spent)
