"""Refunds at Stripe: each is made once under its key, however much later it is asked for again."""

from hashlib import sha256
from typing import Any

from stripe import CardError, InvalidRequestError
from structlog import get_logger

from domain.payments.operation import StillUnderWay, Verdict
from domain.shared.values import AttemptId
from infrastructure.payments.stripe_line import StripeLine, told

PAGE = 100
NOT_SO_MUCH = "There is not so much to give back."
DISPUTED = "The buyer disputes this payment at the bank: Stripe gives nothing of it back."
REFUSALS = {
    "amount_too_large": NOT_SO_MUCH,
    "charge_already_refunded": NOT_SO_MUCH,
    "charge_disputed": DISPUTED,
    "refund_disputed_payment": DISPUTED,
}
log = get_logger(__name__)


class StripeRefunds:
    def __init__(self, line: StripeLine) -> None:
        self._line = line

    async def give(self, intent_id: str, attempt_id: AttemptId, key: str, units: int) -> Verdict:
        """Raises `StillUnderWay` while Stripe has not brought it to an end.

        Stripe forgets its idempotency keys after a day, so what was made before is looked for
        first; the key is for those who ask at the same time.
        """
        refund = await self._made(intent_id, key)
        if refund is None:
            name = sha256(key.encode()).hexdigest()
            try:
                made = await self._line.api.v1.refunds.create_async(
                    {
                        "payment_intent": intent_id,
                        "amount": units,
                        "metadata": {"attempt_id": str(attempt_id), "key": key},
                    },
                    {"idempotency_key": f"refund-{attempt_id}-{name}"},
                )
            except (CardError, InvalidRequestError) as no:
                log.warning("Stripe gives no money back", **told(no))
                return _refused(no)
            refund = made.to_dict()
        return _verdict(refund)

    async def look_up(self, intent_id: str, key: str) -> Verdict | None:
        refund = await self._made(intent_id, key)
        return _verdict(refund) if refund else None

    async def of(self, intent_id: str) -> list[dict[str, Any]]:
        """All refunds of a PaymentIntent: they are few."""
        found: list[dict[str, Any]] = []
        page: Any = await self._line.api.v1.refunds.list_async(
            {"payment_intent": intent_id, "limit": PAGE}
        )
        found += [refund.to_dict() for refund in page.data]
        while page.has_more:
            page = await self._line.api.v1.refunds.list_async(
                {"payment_intent": intent_id, "limit": PAGE, "starting_after": found[-1]["id"]}
            )
            found += [refund.to_dict() for refund in page.data]
        return found

    async def _made(self, intent_id: str, key: str) -> dict[str, Any] | None:
        """The refund of this key."""
        named = (r for r in await self.of(intent_id) if (r.get("metadata") or {}).get("key") == key)
        return next(named, None)


def _verdict(refund: dict[str, Any]) -> Verdict:
    match refund["status"]:
        case "succeeded":
            return Verdict()
        case "failed" | "canceled":
            why = refund.get("failure_reason") or refund["status"]
            return Verdict(f"Stripe could not give the money back: {why}.")
    raise StillUnderWay("Stripe is still giving it back")


def _refused(no: CardError | InvalidRequestError) -> Verdict:
    """Why, for staff: by its code, for what else it says is not ours to repeat."""
    code = no.code or ("amount_too_large" if no.param == "amount" else "")
    return Verdict(REFUSALS.get(code) or f"Stripe refused to give it back: {code or 'unnamed'}.")
