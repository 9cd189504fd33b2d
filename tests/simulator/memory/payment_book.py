"""The `PaymentBook` in memory."""

from collections.abc import Collection
from datetime import datetime

from domain.contracts.payments import UnknownPayment
from domain.payments.payment import Payment, PaymentState
from domain.payments.ports import Due, Question
from domain.shared.values import AttemptId, OrderId
from tests.simulator.memory.store import Draft


class FakePaymentBook:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    async def add(self, payment: Payment) -> bool:
        if self._draft.find(Payment, payment.attempt_id):
            return False
        self._draft.store(payment.attempt_id, payment)
        return True

    async def get(self, attempt_id: AttemptId) -> Payment:
        if payment := await self.find(attempt_id):
            return payment
        raise UnknownPayment(attempt_id)

    async def find(self, attempt_id: AttemptId) -> Payment | None:
        return self._draft.find(Payment, attempt_id)

    async def find_paid(self, order_id: OrderId) -> Payment | None:
        paid = (
            one
            for one in self._draft.all(Payment)
            if one.order_id == order_id and one.state == PaymentState.AUTHORISED
        )
        return next(paid, None)

    async def find_many(self, attempt_ids: Collection[AttemptId]) -> list[Payment]:
        found = (self._draft.find(Payment, attempt_id) for attempt_id in set(attempt_ids))
        return [payment for payment in found if payment]

    async def page(
        self,
        *,
        state: str | None = None,
        order_id: OrderId | None = None,
        before: AttemptId | None = None,
        since: AttemptId | None = None,
        most: int,
    ) -> list[Payment]:
        found = [
            one
            for one in self._draft.all(Payment)
            if one.is_begun
            and state in (None, one.state)
            and order_id in (None, one.order_id)
            and (before is None or one.attempt_id < before)
            and (since is None or one.attempt_id >= since)
        ]
        return sorted(found, key=lambda one: one.attempt_id, reverse=True)[:most]

    async def save(self, payment: Payment) -> None:
        self._draft.save(payment.attempt_id, payment)

    async def due(self, now: datetime, *, most: int) -> list[Due]:
        pending = [
            (operation.due_at, Due(one.attempt_id, operation.kind, operation.key))
            for one in self._draft.all(Payment)
            for operation in one.operations
            if operation.is_pending and operation.due_at <= now
        ]
        return [due for _, due in sorted(pending, key=lambda known: known[0])[:most]]

    async def untaken(self, *, since: AttemptId, before: AttemptId, most: int) -> list[AttemptId]:
        untaken = (
            one.attempt_id
            for one in self._draft.all(Payment)
            if since < one.attempt_id < before
            and one.state == PaymentState.AUTHORISED
            and not (one.is_free or one.warned_at or one.is_taken)
        )
        return sorted(untaken)[:most]

    async def ask_about(self, attempt_id: AttemptId, at: datetime) -> None:
        self._draft.put(attempt_id, Question(attempt_id, at))

    async def questions(self, now: datetime, *, most: int) -> list[Question]:
        due = (one for one in self._draft.all(Question) if one.ask_at <= now)
        return sorted(due, key=lambda one: one.ask_at)[:most]

    async def answered(self, question: Question) -> None:
        if self._draft.find(Question, question.attempt_id) == question:
            self._draft.remove(Question, question.attempt_id)
