"""What a client shows to go on with a grant: once, for another. A second time is a theft."""

from dataclasses import dataclass
from datetime import datetime

from domain.identity.grant import Grant


@dataclass(frozen=True, kw_only=True)
class RefreshToken:
    """`grant` with what its client and its account are now: `is_able` if neither is disabled."""

    grant: Grant
    issued_at: datetime
    spent_at: datetime | None
    is_able: bool

    def is_of_good(self, now: datetime) -> bool:
        """Whether what it is of is good, whether or not it was spent."""
        return self.is_able and self.grant.is_good(now)
