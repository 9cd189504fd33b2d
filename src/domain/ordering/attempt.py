"""An attempt to complete a checkout: the order process's memory of how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.contracts.ordering import Answer, AttemptDetails, Notice, Request
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, CheckoutId, OrderId


class AttemptState(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    UNDOING = "undoing"
    FAILED = "failed"


@dataclass(kw_only=True)
class Attempt:
    """Stock and money are held under its id alone, and under no other.

    Whoever drives it owns it until `leased_until`. Recovery takes it over by raising `epoch`; what
    is stored is compared with (state, epoch), so an owner that slept through its lease changes
    nothing any more.
    """

    attempt_id: AttemptId
    checkout_id: CheckoutId
    order_id: OrderId
    request: Request
    started_at: datetime
    leased_until: datetime
    state: AttemptState = AttemptState.RUNNING
    epoch: int = 1
    notices: tuple[Notice, ...] = ()
    answer: Answer | None = None

    @property
    def is_over(self) -> bool:
        return self.state in (AttemptState.COMPLETED, AttemptState.FAILED)

    def details(self) -> AttemptDetails:
        return AttemptDetails(
            attempt_id=self.attempt_id,
            checkout_id=self.checkout_id,
            order_id=self.order_id,
            client=self.request.client,
            state=self.state,
            started_at=self.started_at,
            leased_until=self.leased_until,
            epoch=self.epoch,
            notices=self.notices,
        )

    def take_over(self, now: datetime, until: datetime) -> None:
        """Become its owner, once the last one's time has run out."""
        if self.is_over or now < self.leased_until:
            raise Conflict(self.attempt_id)
        self.epoch += 1
        self.leased_until = until

    def complete(self, answer: Answer) -> None:
        """The order exists."""
        self._require(AttemptState.RUNNING)
        self.state, self.answer = AttemptState.COMPLETED, answer

    def undo(self, notices: tuple[Notice, ...]) -> None:
        """Give up, because of these. From here on there is no way but back."""
        self._require(AttemptState.RUNNING)
        self.state, self.notices = AttemptState.UNDOING, notices

    def fail(self, answer: Answer | None) -> None:
        """Nothing is held any more. Without an answer the same request may be made afresh."""
        self._require(AttemptState.UNDOING)
        self.state, self.answer = AttemptState.FAILED, answer

    def _require(self, state: AttemptState) -> None:
        if self.state != state:
            raise Conflict(self.attempt_id)
