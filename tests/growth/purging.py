"""Purging as it will be done some day: the clocks of these are ahead."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.inventory import leftovers as inventory
from infrastructure.notifications import leftovers as notifications
from infrastructure.ordering import leftovers as ordering
from infrastructure.shared.clock import utc_now
from infrastructure.shared.routines.purge import Kind, Leftovers, Purge, events_left

DAYS: dict[Kind, int] = {"events": 30, "claims": 7, "attempts": 90, "expired": 0}
LISTENING = ("customers", "fulfillment", "inventory", "notifications", "ordering", "payments")
OWN: dict[str, Sequence[Leftovers]] = {
    "inventory": inventory.LEFTOVERS,
    "notifications": notifications.LEFTOVERS,
    "ordering": ordering.LEFTOVERS,
}


def purges(engine: AsyncEngine, *, in_days: int = 0) -> list[Purge]:
    """Those of a house that is kept in one database."""

    def clock() -> datetime:
        return utc_now() + timedelta(days=in_days)

    return [Purge(engine, _left_in(context), DAYS, clock) for context in LISTENING]


def _left_in(context: str) -> list[Leftovers]:
    tables = import_module(f"infrastructure.{context}.tables")
    return [*events_left(tables.outbox, tables.inbox), *OWN.get(context, ())]


async def count(engine: AsyncEngine, table: Table) -> int:
    async with engine.connect() as connection:
        return (await connection.scalar(select(func.count()).select_from(table))) or 0


async def given(engine: AsyncEngine, table: Table, *rows: dict[str, object]) -> None:
    async with engine.begin() as connection:
        await connection.execute(insert(table), list(rows))


def a_claim(number: int, at: datetime) -> dict[str, object]:
    told = {"client": "platform:a", "operation": "create_checkout", "key": f"key {number}"}
    return {**told, "fingerprint": "f" * 64, "presentation": "", "claimed_at": at}
