from dataclasses import dataclass

from app.payments.record_authorisation import RecordAuthorisation
from domain.contracts.payments import AlreadyVoided, Authorise, Instrument, UnknownHandler
from domain.contracts.payments import Payment as PaymentDetails
from domain.payments.payment import Payment, PaymentState
from domain.payments.ports import Begin, PaymentProvider


@dataclass(frozen=True)
class AuthoriseHandler:
    """The payment is written before the provider is asked, so that whoever gives the attempt up
    knows whether the provider could know of it; and it is asked with no transaction open.
    """

    begin: Begin
    provider: PaymentProvider
    record: RecordAuthorisation

    async def __call__(self, message: Authorise, /) -> PaymentDetails:
        new = Payment.begun(message.attempt_id, message.order_id, message.amount)
        if new.is_free:
            return (await self._kept(new, message)).details()
        instrument = await self._accepted(message.instrument)
        payment = await self._kept(new, message)
        if payment.state == PaymentState.PENDING:
            was_asked = payment is not new
            said = await self.provider.look_up(message.attempt_id) if was_asked else None
            said = said or await self.provider.authorise(
                message.attempt_id, message.amount, instrument
            )
            payment = await self.record(payment, said)
        if payment.state == PaymentState.VOIDED:
            raise AlreadyVoided(message.attempt_id)
        payment.require_not_declined()
        return payment.details()

    async def _accepted(self, instrument: Instrument | None) -> Instrument:
        if not instrument or not await self.provider.accepts(instrument.handler_id):
            raise UnknownHandler(instrument.handler_id if instrument else "")
        return instrument

    async def _kept(self, new: Payment, message: Authorise) -> Payment:
        """The payment of this attempt: the new one, unless there is one already."""
        async with self.begin() as book:
            if await book.add(new):
                return new
            known = await book.get(message.attempt_id)
        known.require_same(message.order_id, message.amount)
        return known
