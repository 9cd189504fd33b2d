"""Rules that were kept before there were versions."""

from pathlib import Path

from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from domain.pricing.kinds import DISCOUNTS
from infrastructure.pricing.price_rules import SqlPriceRules
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.migrations.tables import run
from tests.engines import sqlite_in

TEN = "INSERT INTO pricing_discounts VALUES ('TEN', 'percentage', 10, '10 % off', 'USD', NULL)"


async def test_what_was_kept_before_is_at_its_first_version(tmp_path: Path) -> None:
    url = sqlite_in(tmp_path)
    await run(url, "pricing", command.upgrade, "0001")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(TEN))

    await run(url, "pricing", command.upgrade, "head")

    async with transaction(engine, SqlPriceRules) as kept:
        assert (await kept.get(DISCOUNTS, ("TEN",))).version == 1
    await engine.dispose()
