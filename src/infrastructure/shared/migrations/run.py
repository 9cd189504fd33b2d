"""Taking the steps that a context lacks, one after the other, each so that it can be taken again."""

from asyncio import sleep
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TypeVar

from alembic import command
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog import get_logger

from infrastructure.shared.database.engines import is_collision
from infrastructure.shared.migrations.half_done import noted
from infrastructure.shared.migrations.line import Move, Step, config_of, lacking, standing

Result = TypeVar("Result")
SECONDS_FOR_OTHERS = 1.0
"""Between two tries, for those who stood in line behind the first."""
log = get_logger(__name__)


class FailedMigration(Exception):
    """A database answered, and would not take a step of a context; says why."""

    def __init__(self, context: str, why: str) -> None:
        super().__init__(f"{context} could not be brought up to date: {why}")


@dataclass
class Migrated:
    """The steps that were taken, and those that wait until they are asked for."""

    taken: list[Step] = field(default_factory=list)
    waiting: list[Step] = field(default_factory=list)


@dataclass
class Run:
    """On the one connection that may change tables, with patience until then."""

    connection: AsyncConnection
    until: float

    async def take(self, context: str, *, contract: bool, told: Migrated) -> None:
        """Take all steps that the context lacks, and tell of each. Raises `FailedMigration`."""
        at = await self._patiently(partial(standing, context=context))
        for step in lacking(context, at, contract=contract):
            if step.move:
                await self._move(step.move)
            await self._patiently(partial(_taken, step=step))
            told.taken.append(step)
            at = step.revision
        told.waiting.extend(lacking(context, at, contract=True))

    async def _move(self, move: Move) -> None:
        """Each time after the last: what was moved leaves an index full of what is gone, which
        would be passed over by every next search from the beginning.
        """
        after = await self._patiently(partial(move, after=None))
        while after is not None:
            after = await self._patiently(partial(move, after=after))

    async def _patiently(self, work: Callable[[Connection], Result]) -> Result:
        """In a transaction; again where another was in the way."""
        while True:
            try:
                result = await self.connection.run_sync(work)
                await self.connection.commit()
            except DBAPIError as failure:
                await self.connection.rollback()
                if not is_collision(failure) or monotonic() > self.until:
                    raise
            else:
                return result
            await sleep(SECONDS_FOR_OTHERS)


def _taken(connection: Connection, step: Step) -> None:
    config = config_of(step.context)
    try:
        with noted(connection, step) as note:
            config.attributes.update(connection=connection, note=note)
            command.upgrade(config, step.revision)
    except DBAPIError as failure:
        if is_collision(failure) or failure.connection_invalidated:
            raise
        log.exception("migration failed", step=str(step))
        why = str(failure.orig).partition("\n")[0]
        raise FailedMigration(step.context, f"{step.revision}: {why}") from failure
