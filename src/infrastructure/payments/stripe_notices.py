"""What Stripe tells of its own accord: signed, repeated, in any order, and taken as a hint alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json
from stripe import SignatureVerificationError, WebhookSignature

from domain.contracts.payments import ProviderSpoke
from domain.shared.values import AttemptId
from infrastructure.shared.envelope import current
from infrastructure.shared.events.posted import Posted

TOLERANCE_SECONDS = 300
"""How old a signature may be: as Stripe advises. What is repeated within it changes nothing."""
HEEDED = frozenset(
    {
        "charge.refunded",
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "refund.failed",
        "refund.updated",
    }
)

LATEST = 253_402_300_799
"""The last second that a calendar of ours has."""


@dataclass(frozen=True)
class About:
    object: dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """What we read of an event of Stripe's."""

    id: str
    type: str
    created: Annotated[int, Field(ge=0, le=LATEST)]
    data: About


notice: TypeAdapter[Notice] = TypeAdapter(Notice)
Take = Callable[[Posted], Awaitable[None]]


class StripeNotices:
    """Brings what Stripe tells to the inbox of payments: one row for each event of Stripe's."""

    def __init__(self, secret: str, take: Take) -> None:
        self._secret, self._take = secret, take

    async def receive(self, body: bytes, signature: str) -> bool:
        """False where it was not Stripe who sent this just now, or it is no event. Otherwise it is
        kept, once.
        """
        try:
            text = body.decode()
            if not signature.isascii():  # the library compares what can be compared
                return False
            WebhookSignature.verify_header(text, signature, self._secret, TOLERANCE_SECONDS)
            event = notice.validate_json(text)
        except (SignatureVerificationError, UnicodeDecodeError, ValidationError):
            return False
        if posted := _posted(event):
            await self._take(posted)
        return True


def _posted(event: Notice) -> Posted | None:
    """What of it concerns us, if anything does: an account may have other uses too."""
    if event.type not in HEEDED or not (attempt_id := _attempt(event.data.object)):
        return None
    return Posted(
        id=uuid5(NAMESPACE_URL, f"stripe:{event.id}"),
        name=ProviderSpoke.name,
        aggregate_id=str(attempt_id),
        sequence=0,  # none waits for another: whatever they say, the same is asked
        occurred_at=datetime.fromtimestamp(event.created, UTC),
        actor="stripe",
        traceparent=current().traceparent,
        body=to_json(ProviderSpoke(attempt_id=attempt_id)).decode(),
    )


def _attempt(told: dict[str, Any]) -> AttemptId | None:
    """A charge has the metadata of its PaymentIntent, and our refunds have their own."""
    try:
        return AttemptId(UUID(str((told.get("metadata") or {})["attempt_id"])))
    except (KeyError, TypeError, ValueError):
        return None
