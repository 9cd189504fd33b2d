"""A shelf to collide at: five of tea and five cups."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.database.engines import Engines, transaction

metadata = MetaData()
shelf = Table(
    "test_shelf",
    metadata,
    Column("sku", String(20), primary_key=True),
    Column("units", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)
TEA, CUP = shelf.c.sku == "tea", shelf.c.sku == "cup"
SERVERS = ("postgresql", "mariadb")


@asynccontextmanager
async def a_shelf(url: str) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    engine = engines.at(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        rows = [{"sku": sku, "units": 5, "version": 1} for sku in ("tea", "cup")]
        await connection.execute(insert(shelf), rows)
    yield engine
    await engines.close()


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


async def units(engine: AsyncEngine) -> list[int]:
    async with transaction(engine, itself) as connection:
        kept = select(shelf.c.units).order_by(shelf.c.sku.desc())
        return list((await connection.execute(kept)).scalars())


async def take(engine: AsyncEngine, *skus: str) -> None:
    async with transaction(engine, itself) as connection:
        for sku in skus:
            one = shelf.c.sku == sku
            await connection.execute(update(shelf).where(one).values(units=shelf.c.units - 1))
