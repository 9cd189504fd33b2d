"""Events of several aggregates, worked through by one consumer in one transaction.

Where one of them cannot be, none is: then each is worked through by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table, and_, bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog import get_logger

from domain.shared.model import Conflict, NotYet
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.database.statements import issued_by
from infrastructure.shared.envelope import Envelope, carrying
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.failures import in_words

AT_ONCE = 50
SECONDS_FOR_ALL = 10.0
DONE = {"state": "done", "next_try_at": None, "attempts": 0, "error": "", "body": ""}
UNSETTLED = ("pending", "dead")
log = get_logger(__name__)

Heard = Sequence[tuple[Consumer, Posted]]
"""Events with who works them through: of one name."""


def in_parts(heard: Heard) -> Iterator[Heard]:
    for start in range(0, len(heard), AT_ONCE):
        yield heard[start : start + AT_ONCE]


class Together:
    """One context's."""

    def __init__(
        self,
        engine: AsyncEngine,
        table: Table,
        repository: Callable[[AsyncConnection], Any],
        ring: Callable[[], None],
    ) -> None:
        self._engine, self._table, self._repository = engine, table, repository
        self._ring = ring
        its = table.c
        among = its.event_id.in_(bindparam("events", expanding=True))
        their = its.aggregate_id.in_(bindparam("aggregates", expanding=True))
        waits = and_(their, its.state.in_(UNSETTLED))
        self._standings = select(its.event_id, its.aggregate_id, its.state).where(
            its.consumer == bindparam("name"), or_(among, waits)
        )

    async def __call__(self, name: str, heard: Heard) -> Heard:
        """Work through what can be, in their order; what is left to be worked through one by one."""
        if len(heard) < 2 or not all(consumer.together for consumer, _ in heard):
            return heard
        try:
            with issued_by(name):
                return await self._take(name, heard)
        except (Conflict, IntegrityError, NotYet):
            return heard  # another has some of them, or one comes early
        except Exception as failure:  # noqa: BLE001  # which of them it was is found one by one
            log.warning(
                "consumer failed", consumer=name, together=len(heard), error=in_words(failure)
            )
            return heard

    async def _take(self, name: str, heard: Heard) -> Heard:
        told = {
            "name": name,
            "events": [posted.id for _, posted in heard],
            "aggregates": list({posted.aggregate_id for _, posted in heard}),
        }
        async with transaction(self._engine, _itself, self._ring) as connection:
            rows = (await connection.execute(self._standings, told)).all()
            settled = {row.event_id for row in rows if row.state not in UNSETTLED}
            waiting = {row.aggregate_id for row in rows if row.state in UNSETTLED}
            new = [one for one in heard if one[1].id not in settled]
            free = [one for one in new if one[1].aggregate_id not in waiting]
            if free:
                rows_of_theirs = [_row(name, posted) for _, posted in free]
                await connection.execute(insert(self._table), rows_of_theirs)
            for consumer, posted in free:
                with carrying(_envelope(posted)):
                    await consumer.handle(self._repository(connection), posted.opened())
        return [one for one in new if one[1].aggregate_id in waiting]


def _envelope(posted: Posted) -> Envelope:
    return Envelope.opened(
        actor=posted.actor, traceparent=posted.traceparent, seconds=SECONDS_FOR_ALL
    )


def _row(name: str, posted: Posted) -> dict[str, Any]:
    return {
        "event_id": posted.id,
        "consumer": name,
        "name": posted.name,
        "aggregate_id": posted.aggregate_id,
        "sequence": posted.sequence,
        "occurred_at": posted.occurred_at,
        "actor": posted.actor,
        "traceparent": posted.traceparent,
        **DONE,
    }


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection
