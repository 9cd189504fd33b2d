"""A shop with a made-up past has books like any other, however often and in what parts it is made."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from signal import SIGKILL
from subprocess import DEVNULL, Popen, run
from sys import executable
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ordering.order_status import OrderStatus
from infrastructure.customers import seeding as customers
from infrastructure.fulfillment import seeding as fulfillment
from infrastructure.inventory import seeding as inventory
from infrastructure.ordering import seeding as ordering
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.seeding import PaymentSeed
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.migrations.line import tables_of
from infrastructure.shared.sales import TOGETHER, Sale, sales
from infrastructure.shared.seeding import Seed
from tests.conftest import a_shop
from tests.engines import only
from tests.growth.purging import LISTENING
from tests.journeys.reconcile import Books, mistakes, mistakes_of_returns, number
from tests.processes import ROOT, environment, freestone

ORDERS = "SELECT count(*) FROM ordering_orders"


@only("postgresql")
def test_the_books_of_a_seeded_shop_agree(database_url: str, tmp_path: Path) -> None:
    shop = a_shop(tmp_path, database_url=database_url)
    freestone("migrate", **shop)

    freestone("seed", "--orders", str(TOGETHER + 100), **shop)

    assert mistakes(Books.of(shop), orders=TOGETHER + 100) == []
    assert mistakes_of_returns(Books.of(shop)) == []


@pytest.fixture
def seeds(engine: AsyncEngine, tmp_path: Path) -> Iterator[list[Seed]]:
    with closing(Ledger(tmp_path / "provider.db")) as ledger:
        payments = PaymentSeed(ledger)
        writes = (ordering.write, inventory.write, payments, fulfillment.write, customers.write)
        yield [Seed(engine, write) for write in writes]


async def rows(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            table.name: (await connection.scalar(select(func.count()).select_from(table))) or 0
            for context in LISTENING
            for table in tables_of(context).sorted_tables
        }


async def seeded(seeds: Sequence[Seed], some: Sequence[Sale]) -> None:
    for seed in seeds:
        await seed(some)


async def test_seeding_again_adds_what_is_missing_and_nothing_else(
    engine: AsyncEngine, seeds: list[Seed]
) -> None:
    few, more = next(sales(30)), next(sales(60))

    await seeded(seeds[:2], few)  # and there it broke off
    await seeded(seeds, more)
    once = await rows(engine)
    await seeded(seeds, more)

    assert await rows(engine) == once
    whole = ("ordering_orders", "inventory_reservations", "payments_payments")
    assert [once[name] for name in (*whole, "fulfillment_shipments")] == [60] * 4


async def test_a_seeded_order_is_read_like_any_other(
    engine: AsyncEngine, seeds: list[Seed]
) -> None:
    some = next(sales(2))
    await seeded(seeds, some)

    async with transaction(engine, SqlOrderBook) as book:
        kept, returned = [await book.order(sale.order_id) for sale in some]

    assert [kept.status, returned.lines[0].units_fulfilled] == [OrderStatus.SHIPPED, 0]
    assert [one.total.minor_units for one in (kept, returned)] == [sale.total for sale in some]


def test_what_was_sold_under_a_number_is_the_same_however_many_are_asked_for() -> None:
    few = {sale.number: sale.placed() for some in sales(7) for sale in some}
    many = {sale.number: sale.placed() for some in sales(TOGETHER + 7) for sale in some}

    assert few.items() <= many.items()
    assert len(many) == TOGETHER + 7


def refused(*arguments: str, **settings: object) -> str:
    done = run(  # noqa: S603  # our own program
        [executable, "-m", "app.cli", *arguments],
        env=environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    return done.stderr


def test_production_has_no_made_up_past(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, environment="production")

    assert "production" in refused("seed", "--orders", "1", **shop)


@pytest.mark.thorough
def test_a_seed_that_is_killed_is_finished_by_doing_it_again(
    database_url: str, tmp_path: Path
) -> None:
    shop = a_shop(tmp_path, database_url=database_url)
    books = Books.of(shop)
    freestone("migrate", **shop)
    command = [executable, "-m", "app.cli", "seed", "--orders", str(4 * TOGETHER)]
    begun = Popen(command, env=environment(**shop), cwd=ROOT, stdout=DEVNULL)  # noqa: S603  # ours
    until = monotonic() + 60
    while number(books.ordering, ORDERS) == 0:
        assert monotonic() < until
        sleep(0.02)
    os.kill(begun.pid, SIGKILL)
    begun.wait()

    freestone("seed", "--orders", str(4 * TOGETHER), **shop)

    assert mistakes(books, orders=4 * TOGETHER) == []
    assert mistakes_of_returns(books) == []
