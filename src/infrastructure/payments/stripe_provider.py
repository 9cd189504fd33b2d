"""Stripe: what is authorised, captured and given back by its PaymentIntents.

How an authorisation whose reply was lost is found again: docs/decisions/0016-stripe.md.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from hashlib import sha256
from typing import Any

from stripe import CardError, InvalidRequestError
from structlog import get_logger

from domain.contracts.payments import Instrument
from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, PaymentState
from domain.payments.records import RecordPage
from domain.shared.ids import public
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId, Money
from infrastructure.payments.stripe_amounts import units_of
from infrastructure.payments.stripe_line import StripeLine, told
from infrastructure.payments.stripe_memory import Remembered, StripeMemory
from infrastructure.payments.stripe_records import StripeRecords
from infrastructure.payments.stripe_refunds import StripeRefunds

HANDLER = "stripe"
NEEDS_BUYER = "The bank wants the buyer to confirm this payment, which cannot be done here yet."
NOT_TAKEN = "This means of payment cannot be used here."
NOT_COUNTED = Verdict("Stripe does not take such an amount of this currency.")
NOTHING_HELD = Verdict("Nothing is set aside under this payment.")
LET_GO = Verdict("What was set aside has been let go of.")
TAKEN_ONCE = Verdict("Stripe takes money of an authorisation once, and it has been taken.")
NOT_SO_MUCH = Verdict("There is not so much to capture.")
CAPTURED = Verdict("Money has been captured.")
AUTHORISED = Authorisation(PaymentState.AUTHORISED)
VOIDED = Authorisation(PaymentState.VOIDED)
log = get_logger(__name__)

Begin = Callable[[], AbstractAsyncContextManager[StripeMemory]]


class StripeProvider:
    """A PaymentIntent is created, remembered, and only then confirmed: none that is not remembered
    ever holds money. Every call ends within `provider_seconds`, or its outcome is unknown.
    """

    def __init__(self, line: StripeLine, begin: Begin) -> None:
        self._line, self._begin = line, begin
        self._refunds = StripeRefunds(line)
        self._records = StripeRecords(line)

    async def accepts(self, handler_id: str) -> bool:
        return handler_id == HANDLER

    async def authorise(
        self, attempt_id: AttemptId, amount: Money, instrument: Instrument
    ) -> Authorisation:
        async with self._line.heard():
            async with self._begin() as memory:
                known = await memory.noted(attempt_id)
            if not known.intent_id:
                known = await self._created(known, amount, instrument)
            if not known.intent_id:
                return _without_intent(known) or VOIDED
            return await self._settled(known, known.intent_id)

    async def look_up(self, attempt_id: AttemptId) -> Authorisation | None:
        async with self._line.heard():
            known = await self._known(attempt_id)
            if not known or not known.intent_id:
                return _without_intent(known) if known else None
            try:
                intent = await self._retrieved(known.intent_id)
            except InvalidRequestError as no:
                if no.code != "resource_missing":
                    raise
                return None  # of another account, or of test data that was cleared
            return await self._standing(known, intent)

    async def void(self, attempt_id: AttemptId) -> Verdict:
        async with self._line.heard():
            async with self._begin() as memory:
                known = await memory.give_up(attempt_id)
            return await self._cancelled(known.intent_id) if known.intent_id else Verdict()

    async def capture(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        if (units := units_of(amount)) is None:
            return NOT_COUNTED
        async with self._line.heard():
            async with self._begin() as memory:
                known = await memory.claim_capture(attempt_id, key)
            if not known or not known.intent_id:
                return NOTHING_HELD
            if known.capture_key != key:
                return TAKEN_ONCE
            return await self._captured(known, known.intent_id, units)

    async def refund(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        if (units := units_of(amount)) is None:
            return NOT_COUNTED
        async with self._line.heard():
            known = await self._known(attempt_id)
            if not known or not known.intent_id:
                return NOTHING_HELD
            return await self._refunds.give(known.intent_id, attempt_id, key, units)

    async def look_up_refund(self, attempt_id: AttemptId, key: str) -> Verdict | None:
        async with self._line.heard():
            known = await self._known(attempt_id)
            if not known or not known.intent_id:
                return None
            return await self._refunds.look_up(known.intent_id, key)

    async def records(self, *, since: datetime | None, after: str | None, most: int) -> RecordPage:
        async with self._line.heard():
            return await self._records.page(since, after, most)

    async def _known(self, attempt_id: AttemptId) -> Remembered | None:
        async with self._begin() as memory:
            return await memory.find(attempt_id)

    async def _created(
        self, known: Remembered, amount: Money, instrument: Instrument
    ) -> Remembered:
        """With its PaymentIntent, or why it has none."""
        if known.declined_because or known.is_given_up:
            return known
        attempt_id, units = known.attempt_id, units_of(amount)
        if units is None:
            return await self._declined(known, None, NOT_COUNTED.reason or "")
        try:
            intent = await self._line.api.v1.payment_intents.create_async(
                {
                    "amount": units,
                    "currency": amount.currency.lower(),
                    "capture_method": "manual",
                    "allowed_payment_method_types": ["card"],
                    "payment_method": instrument.token,
                    "metadata": _names(attempt_id),
                },
                {"idempotency_key": f"create-{attempt_id}-{_short(instrument.token)}"},
            )
        except (CardError, InvalidRequestError) as no:
            log.warning("Stripe takes no such payment", **told(no))
            return await self._declined(known, None, _reason(no))
        async with self._begin() as memory:
            return await memory.keep(attempt_id, intent.id)

    async def _declined(self, known: Remembered, intent_id: str | None, because: str) -> Remembered:
        async with self._begin() as memory:
            return await memory.decline(known.attempt_id, intent_id, because)

    async def _settled(self, known: Remembered, intent_id: str) -> Authorisation:
        reason = None
        if known.is_given_up or known.declined_because:
            await self._cancelled(intent_id)
        else:
            reason = await self._confirmed(intent_id)
        if said := await self._standing(known, await self._retrieved(intent_id)):
            return said
        if reason is None:
            raise OutcomeUnknown("Stripe is still at it")
        return await self._let_go(known, intent_id, reason)

    async def _confirmed(self, intent_id: str) -> str | None:
        """Why it was not, if it was not: it may have been before."""
        try:
            await self._line.api.v1.payment_intents.confirm_async(intent_id)
        except (CardError, InvalidRequestError) as no:
            log.info("Stripe did not confirm", **told(no))
            return _reason(no)
        return None

    async def _standing(self, known: Remembered, intent: dict[str, Any]) -> Authorisation | None:
        """What a PaymentIntent's status says; nothing while it has not been confirmed."""
        if known.declined_because:
            return _of(known)
        match intent["status"]:
            case "requires_capture" | "succeeded":
                return AUTHORISED
            case "canceled":
                return VOIDED
            case "requires_action":
                return await self._let_go(known, intent["id"], NEEDS_BUYER)
            case "requires_payment_method" if failure := intent.get("last_payment_error"):
                return Authorisation(PaymentState.DECLINED, failure.get("message") or NOT_TAKEN)
        return None

    async def _let_go(self, known: Remembered, intent_id: str, because: str) -> Authorisation:
        declined = await self._declined(known, intent_id, because)
        await self._cancelled(intent_id)
        return _of(declined)

    async def _cancelled(self, intent_id: str) -> Verdict:
        try:
            await self._line.api.v1.payment_intents.cancel_async(intent_id)
        except InvalidRequestError:  # it may have been before
            match (await self._retrieved(intent_id))["status"]:
                case "canceled":
                    return Verdict()
                case "succeeded":
                    return CAPTURED
            raise
        return Verdict()

    async def _captured(self, known: Remembered, intent_id: str, units: int) -> Verdict:
        try:
            await self._line.api.v1.payment_intents.capture_async(
                intent_id, {"amount_to_capture": units}
            )
        except InvalidRequestError:  # it may have been before, for us or by hand
            intent = await self._retrieved(intent_id)
            match intent["status"]:
                case "succeeded" if intent.get("amount_received", units) == units:
                    return Verdict()
                case "succeeded":
                    return TAKEN_ONCE
                case "requires_capture":
                    async with self._begin() as memory:
                        await memory.release_capture(known.attempt_id, known.capture_key or "")
                    return NOT_SO_MUCH
            return LET_GO
        return Verdict()

    async def _retrieved(self, intent_id: str) -> dict[str, Any]:
        intent = await self._line.api.v1.payment_intents.retrieve_async(intent_id)
        return intent.to_dict()


def _without_intent(known: Remembered) -> Authorisation | None:
    if known.declined_because:
        return _of(known)
    return VOIDED if known.is_given_up else None


def _of(declined: Remembered) -> Authorisation:
    return Authorisation(PaymentState.DECLINED, declined.declined_because)


def _reason(no: CardError | InvalidRequestError) -> str:
    """What the buyer may be told: what Stripe says of a card is written for them."""
    return (no.user_message if isinstance(no, CardError) else None) or NOT_TAKEN


def _names(attempt_id: AttemptId) -> dict[str, str]:
    """What it is found by in Stripe's own pages."""
    return {"attempt_id": str(attempt_id), "payment_id": public("pay", attempt_id)}


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
