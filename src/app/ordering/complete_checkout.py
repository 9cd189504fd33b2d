from dataclasses import dataclass, replace
from datetime import timedelta

from app.ordering.attempts import Attempts
from app.ordering.place_order import PlaceOrder
from app.ordering.quoting import Quoting
from app.ordering.wanted import Wanted
from domain.contracts.ordering import (
    Answer,
    CompleteCheckout,
    Notice,
    PaymentInstrument,
    Request,
)
from domain.ordering.attempt import Attempt
from domain.ordering.basket import NothingAvailable
from domain.ordering.checkout import PAYMENT_FAILED, Checkout
from domain.ordering.claim import Claim
from domain.ordering.eligibility import unproven
from domain.ordering.ports import Answers, Begin, Standing
from domain.shared.clock import Clock
from domain.shared.ids import uuid7
from domain.shared.values import AttemptId, OrderId

TOTAL_CHANGED = Notice(
    kind="warning",
    code="total_changed",
    text="The price has changed since it was last shown. Nothing was ordered: complete again.",
    path="totals",
)
DEAL_CHANGED = replace(
    TOTAL_CHANGED,
    text="The checkout has changed since it was last shown. Nothing was ordered: complete again.",
    path=None,
)
NOT_PAID = Notice(
    kind="error",
    code="missing",
    text="Send a payment instrument.",
    severity="recoverable",
)
"""It points at nothing: what was paid with is not told again."""
NOT_FOUND_AGAIN = ("item_unavailable", "unsupported")
"""What was wrong with what a client said, and cannot be seen from what was made of it."""


@dataclass(frozen=True)
class CompleteCheckoutHandler:
    begin: Begin
    quoting: Quoting
    process: PlaceOrder
    attempts: Attempts
    answers: Answers
    clock: Clock
    lease: timedelta

    async def __call__(self, message: CompleteCheckout, /) -> Answer:
        request = message.request
        async with self.begin() as book:
            standing = await book.standing(request, message.checkout_id)
        if standing.claim and (said := standing.claim.said_to(request)):
            return said
        if attempt := _joined(standing, request):
            if not standing.claim:
                async with self.begin() as book:
                    await book.claim(
                        Claim(request=request, attempt_id=attempt.attempt_id), instead_of=None
                    )
            return attempt.answer or await self.attempts.outcome(attempt.attempt_id)

        checkout = standing.checkout_of(request, message.checkout_id)
        checkout.require_open(self.clock())
        checkout.ascribe(message.attribution)
        obstacle = await self._requoted(checkout, message)
        if obstacle is not None:
            return await self._refuse(checkout, request, standing.claim, obstacle)
        attempt = await self._intend(checkout, message, standing.claim)
        self.attempts.start(attempt.attempt_id, self.process(attempt, checkout, message.instrument))
        return await self.attempts.outcome(attempt.attempt_id)

    async def _requoted(
        self, checkout: Checkout, message: CompleteCheckout
    ) -> tuple[Notice, ...] | None:
        """Price the checkout as of now. What is in the way of an order, or nothing.

        What is changed by others after this is not saved over: the intent is for this version.
        """
        before = checkout.content
        try:
            content = await self.quoting(Wanted.still(before))
        except NothingAvailable as nothing:
            return nothing.notices
        left_out = tuple(n for n in before.notices if n.code in NOT_FOUND_AGAIN)
        checkout.revise(replace(content, notices=(*left_out, *content.notices)), self.clock())
        if content.total != before.total:
            return (TOTAL_CHANGED,)
        if message.deal not in (None, checkout.content.deal):
            return (DEAL_CHANGED,)
        priced = checkout.content
        if not (priced.is_complete_for_buyer if message.is_by_buyer else priced.is_complete):
            return ()
        if invalid := unproven(content, message.request.account, message.instrument):
            return invalid
        return self._not_payable(content.total, message.instrument)

    @staticmethod
    def _not_payable(total: int, instrument: PaymentInstrument | None) -> tuple[Notice, ...] | None:
        """What is wrong with how it is to be paid; nothing is, where nothing is to be paid."""
        if not total:
            return None
        if instrument is None:
            return (NOT_PAID,)
        if not instrument.objection:
            return None
        text = instrument.objection
        return (replace(NOT_PAID, code=PAYMENT_FAILED, text=text),)

    async def _refuse(
        self,
        checkout: Checkout,
        request: Request,
        claimed: Claim | None,
        obstacle: tuple[Notice, ...],
    ) -> Answer:
        """Hold nothing, and say why. The new prices are kept, so that the next try meets them."""
        now = self.clock()
        details = checkout.details(now)
        told = replace(details, notices=(*obstacle, *details.notices))
        answer = self.answers.checkout(told, request.presentation, "refused")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=claimed)
            await book.save_checkout(checkout)
        return answer

    async def _intend(
        self, checkout: Checkout, message: CompleteCheckout, claimed: Claim | None
    ) -> Attempt:
        request, now = message.request, self.clock()
        attempt = Attempt(
            attempt_id=AttemptId(uuid7(now)),
            checkout_id=checkout.checkout_id,
            order_id=OrderId(uuid7(now)),
            request=request,
            started_at=now,
            leased_until=now + self.lease,
        )
        checkout.begin(attempt, now, is_by_buyer=message.is_by_buyer)
        async with self.begin() as book:
            claim = Claim(request=request, attempt_id=attempt.attempt_id)
            await book.claim(claim, instead_of=claimed)
            await book.add_attempt(attempt)
            await book.save_checkout(checkout)
        return attempt


def _joined(standing: Standing, request: Request) -> Attempt | None:
    """The attempt that answers this request too: its own, or one made for an equal body.

    One that failed without an answer answers nobody.
    """
    attempt = standing.attempt
    if not attempt or (attempt.is_over and not attempt.answer):
        return None
    made_for = attempt.request
    is_equal = (made_for.client, made_for.fingerprint) == (request.client, request.fingerprint)
    return attempt if standing.claim or is_equal else None
