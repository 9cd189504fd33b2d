from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    RowMapping,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.payments import UnknownPayment
from domain.payments.operation import Operation, OperationKind, OperationState
from domain.payments.payment import Payment, PaymentState
from domain.payments.ports import Due, Question
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, Money, OrderId
from infrastructure.payments.tables import operations, outbox, payments, questions
from infrastructure.shared.database.columns import is_among
from infrastructure.shared.database.engines import note_work
from infrastructure.shared.database.inserts import insert_new
from infrastructure.shared.events.outbox import append_events

# Statements of the hot path are built once: building one costs as much as executing it.
SAVE = update(payments).where(
    payments.c.attempt_id == bindparam("of_attempt"),
    payments.c.version == bindparam("of_version"),
)


class SqlPaymentBook:
    """The payments in a transaction; it remembers what it loaded, so as to write only what
    changed.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[AttemptId, Payment] = {}

    async def add(self, payment: Payment) -> bool:
        if not await insert_new(self._connection, payments, payment_row(payment)):
            return False
        await self._save_operations(payment, known=())
        await self._stored(payment)
        return True

    async def get(self, attempt_id: AttemptId) -> Payment:
        if payment := await self.find(attempt_id):
            return payment
        raise UnknownPayment(attempt_id)

    async def find(self, attempt_id: AttemptId) -> Payment | None:
        return await self._find(payments.c.attempt_id == attempt_id)

    async def find_paid(self, order_id: OrderId) -> Payment | None:
        is_paid = payments.c.state == PaymentState.AUTHORISED
        return await self._find((payments.c.order_id == order_id) & is_paid)

    async def find_many(self, attempt_ids: Collection[AttemptId]) -> list[Payment]:
        """In two statements, each by the keys: a server that knows too little of the operations
        joins many payments to them by reading them all. Payments are first, so that what changes
        between the two is found by its version when it is saved.
        """
        if not attempt_ids:
            return []
        begun, done = payments.c.attempt_id, operations.c.attempt_id
        these = select(*_labelled(payments)).where(begun.in_(attempt_ids)).order_by(begun)
        of_these = select(*_labelled(operations)).where(done.in_(attempt_ids))
        found = await self._rows(these)
        rows = await self._rows(of_these.order_by(done, operations.c.number))
        of = _by("payments_operations.attempt_id", rows)
        return [self._whole(row, of.get(row["payments_payments.attempt_id"], ())) for row in found]

    async def page(
        self,
        *,
        state: str | None = None,
        order_id: OrderId | None = None,
        before: AttemptId | None = None,
        since: AttemptId | None = None,
        most: int,
    ) -> list[Payment]:
        p = payments.c
        where = [
            p.minor_units.is_not(None),
            *([is_among(p.state, PaymentState(state))] if state else []),
            *([p.order_id == order_id] if order_id else []),
            *([p.attempt_id < before] if before else []),
            *([p.attempt_id >= since] if since else []),
        ]
        newest = select(p.attempt_id).where(*where).order_by(p.attempt_id.desc()).limit(most)
        found = await self.find_many((await self._connection.execute(newest)).scalars().all())
        return sorted(found, key=lambda payment: payment.attempt_id, reverse=True)

    async def save(self, payment: Payment) -> None:
        before = self._loaded.get(payment.attempt_id)
        if payment == before:
            return
        unchanged = {"of_attempt": payment.attempt_id, "of_version": payment.version}
        saved = await self._connection.execute(SAVE, {**payment_row(payment), **unchanged})
        if saved.rowcount == 0:
            raise Conflict(payment.attempt_id)
        await self._save_operations(payment, known=before.operations if before else ())
        await self._stored(payment)

    async def due(self, now: datetime, *, most: int) -> list[Due]:
        o = operations.c
        pending = (is_among(o.state, OperationState.PENDING), o.due_at <= now)
        names = select(o.attempt_id, o.kind, o.key).where(*pending)
        rows = await self._connection.execute(names.order_by(o.due_at).limit(most))
        return [Due(row.attempt_id, OperationKind(row.kind), row.key) for row in rows]

    async def untaken(self, *, since: AttemptId, before: AttemptId, most: int) -> list[AttemptId]:
        p, o = payments.c, operations.c
        is_taken = exists().where(
            o.attempt_id == p.attempt_id,
            o.kind == OperationKind.CAPTURE,
            o.state != OperationState.FAILED,
        )
        names = select(p.attempt_id).where(
            is_among(p.state, PaymentState.AUTHORISED),
            p.attempt_id > since,
            p.attempt_id < before,
            p.minor_units > 0,
            p.warned_at.is_(None),
            ~is_taken,
        )
        found = await self._connection.execute(names.order_by(p.attempt_id).limit(most))
        return list(found.scalars())

    async def ask_about(self, attempt_id: AttemptId, at: datetime) -> None:
        if not await insert_new(
            self._connection, questions, {"attempt_id": attempt_id, "ask_at": at}
        ):
            again = update(questions).where(questions.c.attempt_id == attempt_id)
            await self._connection.execute(again.values(ask_at=at))

    async def questions(self, now: datetime, *, most: int) -> list[Question]:
        due = select(questions).where(questions.c.ask_at <= now)
        rows = await self._connection.execute(due.order_by(questions.c.ask_at).limit(most))
        return [Question(row.attempt_id, row.ask_at) for row in rows]

    async def answered(self, question: Question) -> None:
        it = (
            questions.c.attempt_id == question.attempt_id,
            questions.c.ask_at == question.ask_at,
        )
        await self._connection.execute(delete(questions).where(*it))

    async def _save_operations(self, payment: Payment, known: tuple[Operation, ...]) -> None:
        rows = [operation_row(payment, number) for number in range(len(payment.operations))]
        if new := rows[len(known) :]:
            await self._connection.execute(insert(operations), new)
            note_work()
        changed = [
            {**row, "of_attempt": payment.attempt_id, "of_number": number}
            for number, (row, before) in enumerate(zip(rows, known, strict=False))
            if payment.operations[number] != before
        ]
        if changed:
            these = update(operations).where(
                operations.c.attempt_id == bindparam("of_attempt"),
                operations.c.number == bindparam("of_number"),
            )
            await self._connection.execute(these, changed)

    async def _stored(self, payment: Payment) -> None:
        await append_events(self._connection, outbox, str(payment.attempt_id), payment)
        payment.version += 1
        self._loaded[payment.attempt_id] = copy(payment)

    async def _find(self, which: ColumnElement[bool]) -> Payment | None:
        columns = _labelled(payments, operations)
        joined = select(*columns).select_from(payments.outerjoin(operations)).where(which)
        rows = await self._rows(joined.order_by(payments.c.attempt_id, operations.c.number))
        of = _by("payments_payments.attempt_id", rows)
        return next((self._whole(one[0], one) for one in of.values()), None)

    async def _rows(self, asked: Select[Any]) -> Sequence[RowMapping]:
        found: Sequence[RowMapping] = (await self._connection.execute(asked)).mappings().all()
        return found

    def _whole(self, row: RowMapping, done: Sequence[RowMapping]) -> Payment:
        payment = _payment(row)
        payment.operations = tuple(
            _operation(row) for row in done if row["payments_operations.key"] is not None
        )
        self._loaded[payment.attempt_id] = copy(payment)
        return payment


def _labelled(*tables: Table) -> list[Label[Any]]:
    return [c.label(f"{table.name}.{c.name}") for table in tables for c in table.c]


def _by(name: str, rows: Sequence[RowMapping]) -> dict[AttemptId, list[RowMapping]]:
    """Rows that come in the order of an attempt's name."""
    return {key: list(some) for key, some in groupby(rows, key=lambda row: row[name])}


def payment_row(payment: Payment) -> dict[str, Any]:
    return {
        "attempt_id": payment.attempt_id,
        "order_id": payment.order_id,
        "minor_units": payment.amount.minor_units if payment.amount else None,
        "currency": payment.amount.currency if payment.amount else None,
        "state": payment.state,
        "reason": payment.reason,
        "warned_at": payment.warned_at,
        "version": payment.version + 1,
        "events_recorded": payment.events_recorded,
    }


def operation_row(payment: Payment, number: int) -> dict[str, Any]:
    return {
        "attempt_id": payment.attempt_id,
        "number": number,
        **asdict(payment.operations[number]),
    }


def _payment(row: RowMapping) -> Payment:
    told = {column.name: row[f"payments_payments.{column.name}"] for column in payments.c}
    currency = told["currency"]
    return Payment(
        attempt_id=told["attempt_id"],
        order_id=told["order_id"],
        amount=Money(told["minor_units"], currency) if currency else None,
        state=PaymentState(told["state"]),
        reason=told["reason"],
        warned_at=told["warned_at"],
        version=told["version"],
        events_recorded=told["events_recorded"],
    )


def _operation(row: RowMapping) -> Operation:
    told = {column.name: row[f"payments_operations.{column.name}"] for column in operations.c}
    return Operation(
        kind=OperationKind(told["kind"]),
        key=told["key"],
        units=told["units"],
        due_at=told["due_at"],
        forgone=told["forgone"],
        state=OperationState(told["state"]),
        reason=told["reason"],
        tries=told["tries"],
    )
