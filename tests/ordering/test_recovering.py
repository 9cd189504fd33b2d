"""Attempts whose owner's time has run out, on a real database."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncEngine

from app.ordering.attempts import Attempts
from app.ordering.recover_attempts import RecoverAttempts
from domain.ordering.attempt import Attempt
from domain.ordering.ports import Begin
from domain.shared.ids import public
from domain.shared.values import AttemptId
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.tasks import Tasks
from tests.logged import logged
from tests.ordering.builders import NOW, a_checkout, an_attempt

LEASE = timedelta(seconds=15)


@dataclass
class FakeProcess:
    """It drives an attempt nowhere, and knows which it was to drive."""

    driven: list[AttemptId] = field(default_factory=list)

    async def resume(self, attempt: Attempt) -> None:
        self.driven.append(attempt.attempt_id)


async def test_one_that_cannot_be_taken_over_holds_up_no_other(engine: AsyncEngine) -> None:
    bad, good = (an_attempt(a_checkout(), leased_until=NOW - LEASE * n) for n in (2, 1))

    class Flawed(SqlOrderBook):
        async def take_over_attempt(self, attempt: Attempt) -> None:
            if attempt.attempt_id == bad.attempt_id:
                raise ZeroDivisionError
            await super().take_over_attempt(attempt)

    begin: Begin = partial(transaction, engine, Flawed)
    async with begin() as book:
        for attempt in (bad, good):
            await book.add_attempt(attempt)
    tasks, process = Tasks(), FakeProcess()
    attempts = Attempts(begin, tasks, seconds=5)

    with logged() as said:
        await RecoverAttempts(begin, cast(Any, process), attempts, lambda: NOW, LEASE)()
        await tasks.drain(5)

    assert process.driven == [good.attempt_id]
    assert public("att", bad.attempt_id) in said.getvalue()
