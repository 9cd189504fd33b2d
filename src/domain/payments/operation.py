"""One movement of money that was decided on, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.shared.model import OutcomeUnknown

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 300.0
MOST_DOUBLINGS = 16  # more only makes the number large


class StillUnderWay(OutcomeUnknown):
    """The provider was reached, and has taken it on: how it ends is to be asked again."""


class OperationKind(StrEnum):
    CAPTURE = "capture"
    REFUND = "refund"
    VOID = "void"


class OperationState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Known by its kind and key among those of its payment.

    `forgone` is the part of a refund that was never taken, so that giving up the claim to it is
    enough. While it is pending, the provider is asked when it is due, and asked again.
    """

    kind: OperationKind
    key: str
    units: int
    due_at: datetime
    forgone: int = 0
    state: OperationState = OperationState.PENDING
    reason: str | None = None
    tries: int = 0

    @property
    def moved(self) -> int:
        """What the provider is to move."""
        return self.units - self.forgone

    @property
    def is_pending(self) -> bool:
        return self.state == OperationState.PENDING

    @property
    def counts(self) -> bool:
        """Whether the money is spoken for: it has moved, or may have."""
        return self.state != OperationState.FAILED

    def postponed(self, now: datetime) -> "Operation":
        """Tried in vain: again later, and later each time."""
        wait = FIRST_WAIT_SECONDS * 2 ** min(self.tries, MOST_DOUBLINGS)
        due_at = now + timedelta(seconds=min(wait, LONGEST_WAIT_SECONDS))
        return replace(self, due_at=due_at, tries=self.tries + 1)


@dataclass(frozen=True)
class Verdict:
    """What a provider said to an operation: done, or why not."""

    reason: str | None = None

    @property
    def is_done(self) -> bool:
        return self.reason is None
