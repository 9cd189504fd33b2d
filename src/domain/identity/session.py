"""Being signed in, in one browser: until it is ended, or has been idle for too long."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.contracts.identity import STAFF, AccountDetails, AccountId, SessionDetails, SessionId
from domain.identity.fitness import said

IDLE = {STAFF: timedelta(hours=12)}
IDLE_OF_BUYERS = timedelta(days=30)
"""Staff signs in once a working day (NIST SP 800-63B, 2017, 4.2.3, has 12 hours). A buyer comes back
after weeks, and pays again each time, so that little is at stake.
"""
LONGEST = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)
"""A page asks who it is for each time; that is not worth a write each time."""
AGENT_LENGTH, SOURCE_LENGTH = 300, 64
MOST_SESSIONS = 100
"""That an account is told of."""


@dataclass(frozen=True, kw_only=True)
class Session:
    session_id: SessionId
    account_id: AccountId
    agent: str
    source: str
    signed_in_at: datetime
    seen_at: datetime
    expires_at: datetime

    @classmethod
    def begun(
        cls,
        session_id: SessionId,
        account: AccountDetails,
        now: datetime,
        *,
        agent: str,
        source: str,
    ) -> "Session":
        return cls(
            session_id=session_id,
            account_id=account.account_id,
            agent=said(agent, AGENT_LENGTH),
            source=said(source, SOURCE_LENGTH),
            signed_in_at=now,
            seen_at=now,
            expires_at=now + idle(account.kind),
        )

    def seen(self, kind: str, now: datetime) -> "Session":
        """As it is once it was used; the same, where that was noted lately."""
        if now < self.seen_at + SEEN_EVERY:
            return self
        until = min(now + idle(kind), self.signed_in_at + LONGEST)
        return replace(self, seen_at=now, expires_at=until)

    def is_over(self, now: datetime) -> bool:
        return self.expires_at <= now

    def details(self, account: AccountDetails) -> SessionDetails:
        return SessionDetails(
            session_id=self.session_id,
            account=account,
            agent=self.agent,
            source=self.source,
            signed_in_at=self.signed_in_at,
            seen_at=self.seen_at,
            expires_at=self.expires_at,
        )


def idle(kind: str) -> timedelta:
    """How long a session of such an account lasts when nothing is done with it."""
    return IDLE.get(kind, IDLE_OF_BUYERS)
