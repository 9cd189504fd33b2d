"""Columns mean the same on every engine."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infrastructure.shared.database.columns import LongText, exact_text
from infrastructure.shared.database.engines import Engines

metadata = MetaData()
teas = Table(
    "teas", metadata, Column("name", exact_text(64), primary_key=True), Column("story", LongText)
)
ALIKE = ["TEA", "tea", "tea ", "teá"]  # by their bytes


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    engines = Engines()
    async with engines.at(database_url).begin() as connection:
        await connection.run_sync(metadata.create_all)
        yield connection
    await engines.close()


async def test_text_is_equal_only_to_itself_and_sorted_by_its_bytes(
    connection: AsyncConnection,
) -> None:
    await connection.execute(insert(teas), [{"name": name} for name in reversed(ALIKE)])

    names = select(teas.c.name)
    assert list(await connection.scalars(names.order_by(teas.c.name))) == ALIKE
    for name in ALIKE:
        assert list(await connection.scalars(names.where(teas.c.name == name))) == [name]


async def test_a_document_may_be_longer_than_64_kib(connection: AsyncConnection) -> None:
    document = "teá" * 30_000

    await connection.execute(insert(teas), {"name": "tea", "story": document})

    assert await connection.scalar(select(teas.c.story)) == document
