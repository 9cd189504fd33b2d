"""The order process: hold the stock, authorise the money, place the order, or undo what was done.

Its memory is the attempt. Every change of that is a compare-and-set on (state, epoch), so whoever
has lost an attempt to recovery changes nothing any more. What a step says is repeated when it is
asked again, so recovery does not need to know how far the last owner came.
"""

from copy import copy
from dataclasses import dataclass

from domain.contracts.inventory import Inventory, Line, OutOfStock, Release, Reserve, UnknownSku
from domain.contracts.ordering import Answer, Notice, PaymentInstrument
from domain.contracts.payments import (
    Authorise,
    Instrument,
    PaymentDeclined,
    Payments,
    Settle,
    UnknownHandler,
    Void,
)
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.basket import out_of_stock
from domain.ordering.checkout import PAYMENT_FAILED, Checkout
from domain.ordering.order import Order
from domain.ordering.ports import Again, Answers, Begin
from domain.shared.clock import Clock
from domain.shared.model import OutcomeUnknown, TryAgainLater
from domain.shared.values import Money

UNHEARD = (OutcomeUnknown, TryAgainLater)
NO_ANSWER = "The payment provider did not answer. Nothing was charged."
DECLINED = "The payment was declined."


@dataclass(frozen=True)
class PlaceOrder:
    begin: Begin
    inventory: Inventory
    payments: Payments
    answers: Answers
    clock: Clock
    again: Again

    async def __call__(
        self, attempt: Attempt, checkout: Checkout, instrument: PaymentInstrument | None
    ) -> Answer | None:
        """Drive a fresh attempt to its end, and say what its client is answered.

        Without an answer everything is undone, and the same request may be made afresh. Whatever is
        raised leaves the attempt to recovery.
        """
        try:
            await self.inventory.reserve(_reservation(attempt, checkout))
        except (OutOfStock, UnknownSku) as no:
            return await self._undo(attempt, checkout, _shortage(no, checkout))
        except UNHEARD:
            return await self._undo(attempt, checkout, ())
        try:
            await self.payments.authorise(_payment(attempt, checkout, instrument))
        except PaymentDeclined as no:
            return await self._undo(attempt, checkout, _payment_failed(no.reason))
        except UnknownHandler:
            text = "This payment handler is not accepted here."
            return await self._undo(attempt, checkout, _payment_failed(text))
        except UNHEARD:
            return await self._settle(attempt, checkout, _payment_failed(NO_ANSWER))
        return await self._place(attempt, checkout)

    async def resume(self, attempt: Attempt) -> Answer | None:
        """Drive an attempt to its end of which nobody knows how far it came.

        Money that is authorised leads forward, for stock is held before money is. Everything else
        leads back.
        """
        async with self.begin() as book:
            checkout = await book.checkout(attempt.checkout_id)
        if attempt.state == AttemptState.UNDOING:
            return await self._undo(attempt, checkout, attempt.notices)
        return await self._settle(attempt, checkout, ())

    async def _settle(
        self, attempt: Attempt, checkout: Checkout, unheard: tuple[Notice, ...]
    ) -> Answer | None:
        """Go where the money leads; `unheard` is what to say if the provider did not answer.

        Nothing is said of a payment that was not begun: it failed for reasons of our own.
        """
        payment = (await self.payments.settle(Settle(attempt_id=attempt.attempt_id))).payment
        if payment and payment.state == "authorised":
            return await self._place(attempt, checkout)
        if payment and payment.state == "declined":
            return await self._undo(attempt, checkout, _payment_failed(payment.reason or DECLINED))
        return await self._undo(attempt, checkout, unheard if payment else ())

    async def _place(self, attempt: Attempt, checkout: Checkout) -> Answer:
        async def place() -> Answer:
            done, closed, now = copy(attempt), copy(checkout), self.clock()
            order = Order.placed(closed, done, now)
            closed.complete(order.order_id)
            answer = self.answers.checkout(
                closed.details(now), attempt.request.presentation, "completed"
            )
            done.complete(answer)
            async with self.begin() as book:
                await book.move_attempt(done, was=AttemptState.RUNNING)
                await book.save_order(order)
                if closed.content.cart_id:
                    await book.close_cart(closed.content.cart_id)
                await book.save_checkout(closed)
            return answer

        return await self.again(place)

    async def _undo(
        self, attempt: Attempt, checkout: Checkout, notices: tuple[Notice, ...]
    ) -> Answer | None:
        """Say so first, then undo in reverse: from then on nobody goes forward any more."""

        async def give_up() -> Attempt:
            undone = copy(attempt)
            undone.undo(notices)
            async with self.begin() as book:
                await book.move_attempt(undone, was=AttemptState.RUNNING)
            return undone

        if attempt.state == AttemptState.RUNNING:
            attempt = await self.again(give_up)
        await self.payments.void(Void(attempt_id=attempt.attempt_id))
        await self.inventory.release(Release(attempt_id=attempt.attempt_id))
        return await self._close(attempt, checkout)

    async def _close(self, attempt: Attempt, checkout: Checkout) -> Answer | None:
        async def close() -> Answer | None:
            failed, reopened, now = copy(attempt), copy(checkout), self.clock()
            reopened.reopen(attempt.notices)
            answer = None
            if attempt.notices:
                presentation = attempt.request.presentation
                answer = self.answers.checkout(reopened.details(now), presentation, "refused")
            failed.fail(answer)
            async with self.begin() as book:
                await book.move_attempt(failed, was=AttemptState.UNDOING)
                await book.save_checkout(reopened)
            return answer

        return await self.again(close)


def _reservation(attempt: Attempt, checkout: Checkout) -> Reserve:
    lines = (Line(sku=line.sku, quantity=line.quantity) for line in checkout.content.lines)
    return Reserve(attempt_id=attempt.attempt_id, lines=tuple(lines))


def _payment(
    attempt: Attempt, checkout: Checkout, instrument: PaymentInstrument | None
) -> Authorise:
    return Authorise(
        attempt_id=attempt.attempt_id,
        order_id=attempt.order_id,
        amount=Money(checkout.content.total, checkout.content.currency),
        instrument=Instrument(
            handler_id=instrument.handler_id, token=instrument.token, kind=instrument.kind
        )
        if instrument
        else None,
    )


def _shortage(no: OutOfStock | UnknownSku, checkout: Checkout) -> tuple[Notice, ...]:
    left = no.units_available if isinstance(no, OutOfStock) else 0
    return tuple(
        out_of_stock(index, line.sku, left)
        for index, line in enumerate(checkout.content.lines)
        if line.sku == no.sku
    )


def _payment_failed(text: str) -> tuple[Notice, ...]:
    return (Notice(kind="error", code=PAYMENT_FAILED, text=text, severity="recoverable"),)
