"""The `ShippingRates` port on a real database."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.fulfillment.find_options import FindOptionsHandler
from domain.contracts.fulfillment import FindOptions, KeptShippingRate, UnknownShippingRate
from domain.fulfillment.ports import BeginRates
from domain.fulfillment.rates import edited
from domain.shared.model import Conflict
from infrastructure.fulfillment.shipping_rates import SqlShippingRates
from infrastructure.shared.database.engines import transaction
from tests.fulfillment.builders import a_rate
from tests.statements import counted

FULL = replace(
    a_rate("us", country="US", units=700, title="Über Nacht"),
    carrier="Post",
    description="Arrives by night",
    earliest_days=1,
    latest_days=3,
)


@pytest.fixture
def begin(engine: AsyncEngine) -> BeginRates:
    return partial(transaction, engine, SqlShippingRates)


async def test_a_rate_comes_back_whole(begin: BeginRates) -> None:
    async with begin() as kept:
        added = await kept.add(FULL)

    async with begin() as kept:
        assert await kept.get("us") == added
        offered, _ = await kept.offered_with_places(["US"], "USD")
    assert added.rate == FULL
    assert offered == [FULL]


async def test_rates_are_put_over_those_of_their_ids(begin: BeginRates) -> None:
    everywhere, other = a_rate("all"), a_rate("eur", currency="EUR")
    async with begin() as kept:
        await kept.put([FULL, everywhere, other])
        first = [one.version for one in await kept.page(None, 10)]

    cheaper = replace(
        everywhere,
        price=replace(everywhere.price, minor_units=1),
        carrier="Post",
        description="Arrives by night",
    )
    async with begin() as kept:
        await kept.put([FULL, cheaper])

    async with begin() as kept:
        found = await kept.offered(["US", "default"], "USD")
        versions = [one.version for one in await kept.page(None, 10)]
    assert sorted(found, key=lambda rate: rate.rate_id) == [cheaper, FULL]
    assert versions == [first[0] + 1, *first[1:]]


async def test_what_no_longer_stands_is_neither_saved_nor_removed(begin: BeginRates) -> None:
    async with begin() as kept:
        was = await kept.add(FULL)
    async with begin() as kept:
        await kept.save(was, edited(was, replace(FULL, title="New"), None))

    async with begin() as kept:
        with pytest.raises(Conflict):
            await kept.save(was, edited(was, replace(FULL, title="Newer"), None))
        with pytest.raises(Conflict):
            await kept.remove(was)

    async with begin() as kept:
        now = await kept.get("us")
        assert now == KeptShippingRate(rate=replace(FULL, title="New"), version=was.version + 1)
        await kept.remove(now)
        with pytest.raises(UnknownShippingRate):
            await kept.get("us")


async def test_options_take_one_statement_and_what_is_unchanged_is_not_written(
    begin: BeginRates, engine: AsyncEngine
) -> None:
    rates = [FULL, a_rate("all")]
    async with begin() as kept:
        await kept.put(rates)

    with counted(engine) as statements:
        await FindOptionsHandler(begin)(FindOptions(country="US", currency="USD"))
        async with begin() as kept:
            await kept.put(rates)

    assert [statement.split()[0] for statement in statements] == ["SELECT", "SELECT"]
