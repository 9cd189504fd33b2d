from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from structlog import get_logger

from app.payments.perform_operation import PerformOperation
from app.payments.record_authorisation import RecordAuthorisation
from domain.payments.operation import StillUnderWay
from domain.payments.payment import Payment, PaymentState
from domain.payments.ports import Begin, PaymentProvider, Question
from domain.shared.clock import Clock
from domain.shared.ids import public
from domain.shared.model import Conflict, OutcomeUnknown
from domain.shared.values import AttemptId

AT_ONCE = 32
REST = timedelta(seconds=30)
log = get_logger(__name__)


@dataclass(frozen=True)
class AskProvider:
    """Asks the provider how payments stand of which it had something to tell."""

    begin: Begin
    provider: PaymentProvider
    record: RecordAuthorisation
    perform: PerformOperation
    clock: Clock

    async def __call__(self) -> bool:
        """Whether the provider could be reached. Where it could not, it is asked later; and so it is,
        of that payment alone, where something fails as nobody foresaw. Raises `Conflict`.
        """
        async with self.begin() as book:
            due = await book.questions(self.clock(), most=AT_ONCE)
        for question in due:
            try:
                await self._ask(question.attempt_id)
            except OutcomeUnknown:
                await self._postpone(question)
                return False
            except Conflict:
                raise
            except Exception:
                payment_id = public("pay", question.attempt_id)
                log.exception("provider could not be asked", payment_id=payment_id)
                await self._postpone(question)
                continue
            async with self.begin() as book:
                await book.answered(question)
        return True

    async def _ask(self, attempt_id: AttemptId) -> None:
        async with self.begin() as book:
            payment = await book.get(attempt_id)
        for operation in payment.tried_in_vain:
            with suppress(StillUnderWay):  # it stays due, and is asked for then
                payment = await self.perform(payment, operation)
        await self._ask_what_is_held(payment)
        for refund in payment.moved_refunds:
            with suppress(StillUnderWay):  # it has not come back
                await self._ask_what_came_back(attempt_id, refund.key)

    async def _ask_what_came_back(self, attempt_id: AttemptId, key: str) -> None:
        if verdict := await self.provider.look_up_refund(attempt_id, key):
            async with self.begin() as book:
                payment = await book.get(attempt_id)
                payment.reverse(key, verdict)
                await book.save(payment)

    async def _ask_what_is_held(self, payment: Payment) -> None:
        if payment.amount is None or payment.is_free:
            return
        said = await self.provider.look_up(payment.attempt_id)
        if said is None:
            return
        if payment.state == PaymentState.PENDING:
            await self.record(payment, said)
        elif payment.is_over and said.state == PaymentState.AUTHORISED:
            await self.provider.void(payment.attempt_id)  # it came too late
        else:
            async with self.begin() as book:
                payment = await book.get(payment.attempt_id)
                payment.hear(said)
                await book.save(payment)

    async def _postpone(self, question: Question) -> None:
        async with self.begin() as book:
            await book.ask_about(question.attempt_id, self.clock() + REST)
