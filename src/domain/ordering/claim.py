"""A request that was made under a key, so that asking again gets the same answer."""

from dataclasses import dataclass

from domain.contracts.ordering import Answer, KeyReused, Request
from domain.shared.values import AttemptId


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`answer` is what was said; or `attempt_id` names the attempt that will say it."""

    request: Request
    answer: Answer | None = None
    attempt_id: AttemptId | None = None

    def require_same(self, request: Request) -> None:
        if request.fingerprint != self.request.fingerprint:
            raise KeyReused(request.key)

    def said_to(self, request: Request) -> Answer | None:
        """What this very request was answered, if it has been. Refuses another of its name."""
        self.require_same(request)
        return self.answer
