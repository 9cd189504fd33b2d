"""Which PaymentIntent stands for which attempt: what makes a lost reply of Stripe's harmless."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.shared.values import AttemptId
from infrastructure.payments.tables import stripe_intents
from infrastructure.shared.database.inserts import insert_new

intents = stripe_intents.c


@dataclass(frozen=True)
class Remembered:
    """`intent_id` is known before it is confirmed, so no money is held by one that is not known.

    `capture_key` is of the one capture there is. One that is given up is never confirmed.
    """

    attempt_id: AttemptId
    intent_id: str | None = None
    capture_key: str | None = None
    declined_because: str | None = None
    is_given_up: bool = False


class StripeMemory:
    """What is remembered, in an open transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, attempt_id: AttemptId) -> Remembered | None:
        one = select(stripe_intents).where(intents.attempt_id == attempt_id)
        row = (await self._connection.execute(one)).mappings().first()
        return Remembered(**row) if row else None

    async def noted(self, attempt_id: AttemptId) -> Remembered:
        """What is known of an attempt, of which something is known from now on."""
        row = {"attempt_id": attempt_id, "is_given_up": False}
        await insert_new(self._connection, stripe_intents, row)
        return await self._known(attempt_id)

    async def keep(self, attempt_id: AttemptId, intent_id: str) -> Remembered:
        """Its PaymentIntent, unless it has another one or is over."""
        is_open = intents.declined_because.is_(None) & intents.is_given_up.is_(False)
        await self._set(attempt_id, intents.intent_id.is_(None) & is_open, {"intent_id": intent_id})
        return await self._known(attempt_id)

    async def give_up(self, attempt_id: AttemptId) -> Remembered:
        await self.noted(attempt_id)
        await self._set(attempt_id, intents.is_given_up.is_(False), {"is_given_up": True})
        return await self._known(attempt_id)

    async def decline(
        self, attempt_id: AttemptId, intent_id: str | None, because: str
    ) -> Remembered:
        """It is over, unless another PaymentIntent has come to stand for it meanwhile."""
        is_this = intents.intent_id == intent_id if intent_id else intents.intent_id.is_(None)
        values = {"declined_because": because}
        await self._set(attempt_id, is_this & intents.declined_because.is_(None), values)
        return await self._known(attempt_id)

    async def claim_capture(self, attempt_id: AttemptId, key: str) -> Remembered | None:
        """Have this be the capture, unless another is."""
        await self._set(attempt_id, intents.capture_key.is_(None), {"capture_key": key})
        return await self.find(attempt_id)

    async def release_capture(self, attempt_id: AttemptId, key: str) -> None:
        await self._set(attempt_id, intents.capture_key == key, {"capture_key": None})

    async def _known(self, attempt_id: AttemptId) -> Remembered:
        if known := await self.find(attempt_id):
            return known
        raise LookupError(attempt_id)

    async def _set(
        self, attempt_id: AttemptId, where: ColumnElement[bool], values: dict[str, Any]
    ) -> None:
        one = update(stripe_intents).where(intents.attempt_id == attempt_id, where)
        await self._connection.execute(one.values(values))
