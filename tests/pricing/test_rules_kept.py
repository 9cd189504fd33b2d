"""Rules one at a time, by the `PriceRules` port on a real database."""

from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.pricing import UnknownRule
from domain.pricing.editions import Edition
from domain.pricing.kinds import DISCOUNTS, PROMOTIONS, TAX_RATES
from domain.pricing.ports import Begin
from domain.pricing.rules import Rules
from domain.shared.model import Conflict
from domain.shared.values import Sku
from infrastructure.pricing.price_rules import SqlPriceRules
from infrastructure.pricing.tables import promotion_skus
from infrastructure.shared.database.engines import transaction
from tests.pricing.builders import NOW, a_percentage, a_promotion, a_tax_rate
from tests.statements import counted

EAST = timezone(timedelta(hours=2))
FULL: list[Edition[Any]] = [
    Edition(
        kind=DISCOUNTS,
        version=1,
        rule=a_percentage(
            10, "TEN", title="Für alle", currency="EUR", ends_at=NOW.astimezone(EAST)
        ),
    ),
    Edition(
        kind=PROMOTIONS,
        version=1,
        rule=a_promotion(
            currency="EUR",
            minimum_subtotal=5,
            eligible_skus=(Sku("CUP"), Sku("TEA")),
            service_level="express",
        ),
    ),
    Edition(
        kind=TAX_RATES,
        version=1,
        rule=a_tax_rate(700, region="BY", category="food", title="VAT", is_included=True),
    ),
]


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlPriceRules)


@pytest.fixture(params=FULL, ids=lambda one: one.kind.name)
async def edition(begin: Begin, request: pytest.FixtureRequest) -> Edition[Any]:
    """One that is kept."""
    new: Edition[Any] = request.param
    async with begin() as kept:
        await kept.add(new)
    return new


async def test_a_rule_comes_back_whole(begin: Begin, edition: Edition[Any]) -> None:
    async with begin() as kept:
        assert await kept.get(edition.kind, edition.key) == edition
        assert await kept.page(edition.kind, None, 10) == [edition]
        assert await kept.page(edition.kind, edition.key, 10) == []


async def test_what_no_longer_stands_is_neither_saved_nor_removed(
    begin: Begin, edition: Edition[Any]
) -> None:
    second = edition.edited(replace(edition.rule, title="Second"), 1)
    third = edition.edited(replace(edition.rule, title="Third"), 1)
    async with begin() as kept:
        await kept.save(edition, second)

    with pytest.raises(Conflict):
        async with begin() as kept:
            await kept.save(edition, third)
    with pytest.raises(Conflict):
        async with begin() as kept:
            await kept.remove(edition)

    async with begin() as kept:
        assert await kept.get(edition.kind, edition.key) == second


async def test_what_is_removed_leaves_nothing(
    begin: Begin, engine: AsyncEngine, edition: Edition[Any]
) -> None:
    async with begin() as kept:
        await kept.remove(edition)

    async with begin() as kept:
        with pytest.raises(UnknownRule):
            await kept.get(edition.kind, edition.key)
    async with engine.connect() as connection:
        assert (await connection.execute(select(promotion_skus))).all() == []


async def test_saving_what_has_not_changed_writes_nothing(
    begin: Begin, engine: AsyncEngine, edition: Edition[Any]
) -> None:
    with counted(engine) as statements:
        async with begin() as kept:
            await kept.save(edition, edition.edited(edition.rule, None))

    assert statements == []


async def test_a_page_of_promotions_takes_two_statements(begin: Begin, engine: AsyncEngine) -> None:
    many = tuple(a_promotion(eligible_skus=(Sku(str(n)),)) for n in range(20))
    async with begin() as kept:
        await kept.put(Rules(promotions=many))

    with counted(engine) as statements:
        async with begin() as kept:
            page = await kept.page(PROMOTIONS, None, 10)

    assert [one.rule for one in page] == sorted(many, key=lambda one: one.promotion_id)[:10]
    assert len(statements) == 2


async def test_tax_rates_are_listed_by_all_parts_of_their_key(begin: Begin) -> None:
    places = [("AT", ""), ("DE", ""), ("DE", "BY"), ("DE", "HB"), ("US", "")]
    rates = tuple(
        a_tax_rate(country=country, region=region, category=category)
        for country, region in places
        for category in ("food", "standard")
    )
    async with begin() as kept:
        await kept.put(Rules(tax_rates=rates[::-1]))

    async with begin() as kept:
        page = await kept.page(TAX_RATES, ("DE", "", "standard"), 3)

    assert [one.rule_id for one in page] == ["DE-BY.food", "DE-BY", "DE-HB.food"]
