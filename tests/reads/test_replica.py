"""Lists are read from a replica: by whom, and when not. All on a real one, whose replay is held."""

from asyncio import create_task, gather, sleep, timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast
from uuid import uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import QueuePool

from app.house import House, opened
from app.settings import Settings
from domain.contracts.catalog import (
    Catalog,
    CreateProduct,
    FindProduct,
    ListProducts,
    ProductDetails,
    Variant,
)
from domain.shared.model import Conflict
from domain.shared.values import Money, Sku
from infrastructure.catalog.tables import writers
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.database.moment import from_now
from infrastructure.shared.database.replica import PATIENCE_SECONDS, Replica
from infrastructure.shared.database.writers import NOBODY, Writers
from infrastructure.shared.envelope import Envelope, carrying
from tests.engines import asked
from tests.reads.standby import Pair, tell

ANN, BEN, CLI = "staff:ann", "staff:ben", "cli"


class Office:
    """A shop's process, and whoever uses it."""

    def __init__(self, house: House) -> None:
        self.catalog = house.contract(Catalog)

    async def adds(self, actor: str) -> str:
        name = f"tea-{uuid4().hex}"
        variant = Variant(sku=Sku(name), title="100 g", prices=(Money(100, "USD"),))
        product = ProductDetails(product_id=name, title="Tea", variants=(variant,))
        with carrying(Envelope.opened(actor=actor)):
            await self.catalog.create_product(CreateProduct(product=product))
        return name

    async def sees(self, actor: str, name: str) -> bool:
        """In a list that begins where it would be."""
        asked = ListProducts(after=name[:-1], most=1)
        with carrying(Envelope.opened(actor=actor)):
            page = await self.catalog.list_products(asked)
        return [item.details.product_id for item in page.items] == [name]


@asynccontextmanager
async def an_office(settings: dict[str, Any]) -> AsyncIterator[Office]:
    async with opened(Settings(**settings)) as house:
        office = Office(house)
        for actor in (ANN, BEN):
            await office.sees(actor, "nothing")  # there is a beat from now on
        yield office


@pytest.fixture
async def office(settings: dict[str, Any]) -> AsyncIterator[Office]:
    async with an_office(settings) as office:
        yield office


async def test_who_wrote_sees_it_at_once_and_others_when_it_is_replayed(
    office: Office, pair: Pair
) -> None:
    with pair.held():
        name = await office.adds(ANN)

        assert await office.sees(ANN, name)
        assert not await office.sees(BEN, name)

    assert await office.sees(BEN, name)


async def test_what_was_replayed_is_read_from_the_replica_by_who_wrote_it(
    office: Office, pair: Pair
) -> None:
    before = await office.adds(ANN)
    with pair.held():
        later = await office.adds(CLI)

        assert await office.sees(ANN, before)
        assert not await office.sees(ANN, later)


async def test_whichever_process_is_asked(
    office: Office, settings: dict[str, Any], pair: Pair
) -> None:
    async with an_office(settings) as another:
        with pair.held():
            name = await office.adds(ANN)

            assert await another.sees(ANN, name)
            assert not await another.sees(BEN, name)


async def test_one_whose_writes_are_not_counted_reads_the_primary(
    office: Office, pair: Pair
) -> None:
    with pair.held():
        name = await office.adds(CLI)

        assert await office.sees(CLI, name)


async def test_what_decides_is_read_from_the_primary(office: Office, pair: Pair) -> None:
    with pair.held():
        name = await office.adds(CLI)

        with carrying(Envelope.opened(actor=ANN)):
            found = await office.catalog.find_product(FindProduct(product_id=name))

    assert found.details.product_id == name


async def test_a_replica_that_is_too_far_behind_is_not_read(
    settings: dict[str, Any], pair: Pair
) -> None:
    async with an_office({**settings, "read_lag_seconds": 0.5}) as office:
        with pair.held():
            name = await office.adds(CLI)
            async with timeout(60):
                while not await office.sees(ANN, name):
                    pass


async def test_a_beat_by_a_clock_that_is_ahead_does_not_hide_how_far_behind_a_replica_is(
    settings: dict[str, Any], pair: Pair
) -> None:
    async with an_office({**settings, "read_lag_seconds": 0.5}) as office:
        ahead = update(writers).where(writers.c.actor == NOBODY).values(wrote_at=from_now(3600.0))
        with asked(pair.url).begin() as connection:
            connection.execute(ahead)
        with pair.held():
            name = await office.adds(CLI)
            async with timeout(60):
                while not await office.sees(ANN, name):
                    pass


async def test_lists_go_on_while_the_replica_is_silent_and_nobody_waits_long(
    office: Office, pair: Pair
) -> None:
    name = await office.adds(CLI)
    with pair.silent():
        async with timeout(PATIENCE_SECONDS * 8):
            assert await office.sees(ANN, name)
        async with timeout(PATIENCE_SECONDS * 4):  # it is left alone: this one does not even ask
            assert await office.sees(ANN, name)


async def test_lists_go_on_while_the_replica_is_away_and_use_it_when_it_is_back(
    settings: dict[str, Any], office: Office, pair: Pair
) -> None:
    pair.standby.kill()
    name = await office.adds(CLI)

    assert await office.sees(ANN, name)

    pair.standby.start()
    async with an_office(settings) as rested:
        with pair.held():
            name = await office.adds(CLI)
            assert not await rested.sees(ANN, name)


async def test_one_that_goes_away_in_between_is_a_conflict_and_then_left_alone(pair: Pair) -> None:
    engines = Engines()
    primary = engines.at(pair.url)
    replica = Replica(primary, engines.reading_at(pair.read_url), Writers(writers), 3600)

    def reading() -> Any:
        return replica.reading(partial(transaction, primary, itself), itself)

    async def is_read_from_it(*, cut_off: bool = False) -> bool:
        async with reading() as connection:
            line = (await connection.execute(text(pair.words.line))).scalar_one()
            if cut_off:
                tell(pair.standby, pair.words.cut, line=line)
            return bool((await connection.execute(text(pair.words.is_copy))).scalar_one())

    with carrying(Envelope.opened(actor=ANN)):
        await is_read_from_it()  # there is a beat
        pair.wait_until_replayed()
        assert await is_read_from_it()
        with pytest.raises(Conflict):
            await is_read_from_it(cut_off=True)
        assert not await is_read_from_it()
    await engines.close()


async def test_what_is_lent_to_somebody_who_has_left_is_given_back(pair: Pair) -> None:
    engines = Engines()
    primary, copy = engines.at(pair.url), engines.reading_at(pair.read_url)
    replica, lines = Replica(primary, copy, Writers(writers), 3600), cast(QueuePool, copy.pool)

    async def read() -> None:
        async with replica.reading(partial(transaction, primary, itself), itself) as connection:
            await connection.execute(text("SELECT 1"))

    with carrying(Envelope.opened(actor=ANN)):
        await read()
        pair.wait_until_replayed()
        await read()
        with pair.silent():
            reading = create_task(read())
            async with timeout(60):
                while not lines.checkedout():  # noqa: ASYNC110  # the pool has no event for it
                    await sleep(0.001)
            reading.cancel()
            await gather(reading, return_exceptions=True)
        await replica.close()

    assert reading.cancelled()
    assert (lines.checkedout(), lines.checkedin()) == (0, 1)
    await engines.close()


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


async def test_nothing_is_written_where_lists_are_read_wherever_that_is(pair: Pair) -> None:
    engines = Engines()

    with pytest.raises(DBAPIError, match=r"(?i)read.only"):
        async with engines.reading_at(pair.url).begin() as connection:
            await connection.execute(writers.delete())

    await engines.close()
