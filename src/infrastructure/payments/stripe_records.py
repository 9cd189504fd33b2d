"""Stripe's own books of what we asked it for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.payments.payment import PaymentState
from domain.payments.records import Record, RecordPage
from domain.shared.values import AttemptId
from infrastructure.payments.stripe_amounts import money_of
from infrastructure.payments.stripe_line import StripeLine

STATES = {
    "requires_capture": PaymentState.AUTHORISED,
    "succeeded": PaymentState.AUTHORISED,
    "canceled": PaymentState.VOIDED,
}


class StripeRecords:
    def __init__(self, line: StripeLine) -> None:
        self._line = line

    async def page(self, since: datetime | None, after: str | None, most: int) -> RecordPage:
        """The newest first; what others than us have asked for is passed over."""
        told: Any = {"limit": most, "expand": ["data.latest_charge"]}
        if since:
            told["created"] = {"gte": max(0, int(since.timestamp()))}
        if after:
            told["starting_after"] = after
        page = await self._line.api.v1.payment_intents.list_async(told)
        intents = [intent.to_dict() for intent in page.data]
        records = [_record(i, attempt) for i in intents if (attempt := _attempt(i))]
        next_after = intents[-1]["id"] if page.has_more and intents else None
        return RecordPage(records=tuple(records), next=next_after)


def _record(intent: dict[str, Any], attempt_id: AttemptId) -> Record:
    currency, charge = intent["currency"], intent.get("latest_charge") or {}
    return Record(
        attempt_id=attempt_id,
        reference=intent["id"],
        state=STATES.get(intent["status"], PaymentState.PENDING),
        amount=money_of(intent["amount"], currency),
        captured=money_of(intent.get("amount_received") or 0, currency).minor_units,
        refunded=money_of(charge.get("amount_refunded") or 0, currency).minor_units,
    )


def _attempt(intent: dict[str, Any]) -> AttemptId | None:
    try:
        return AttemptId(UUID((intent.get("metadata") or {})["attempt_id"]))
    except (KeyError, ValueError):
        return None
