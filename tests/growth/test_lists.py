"""What a page costs does not grow with its size: as many statements for one as for fifty."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from app.context_map import CONSUMERS
from app.house import opened
from app.settings import Settings
from domain.shared.ids import public
from infrastructure.shared.migrations.tables import migrate
from infrastructure.shared.sales import RETURNED_ONE_IN, Sale, sales
from tests.conftest import a_shop
from tests.growth import past
from tests.growth.heard import Heard, heard
from tests.growth.lists import ListRoute, list_routes
from tests.staffed import Staff, staffed

ORDERS = RETURNED_ONE_IN * past.SOME
MOST_STATEMENTS = 3
OF_ALL = {"/v1/dead-letters": len(CONSUMERS)}
"""Each context is asked for its own."""
OF_FEW = {"/v1/orders/{order_id}/returns"}
"""One order has only so many units to return."""


@pytest.fixture(scope="module")
async def shop(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Staff, list[Heard]]]:
    """On SQLite: every engine is asked the same."""
    folder = tmp_path_factory.mktemp("lists")
    settings = Settings(**a_shop(folder))
    await migrate(settings)
    async with opened(settings) as house:
        await past.goods(house)
        await past.a_past(house, ORDERS)
        await past.rules(house)
        await past.attempts(house)
        await past.people(house)
        await past.told(house)
        await past.dead_letters(house)
    with heard() as said:
        async with staffed(folder) as staff:
            yield staff, said


def a_returned_sale() -> Sale:
    return next(sale for some in sales(ORDERS) for sale in some if sale.is_returned)


def path_of(route: ListRoute) -> str:
    return route.path.format(
        sku="seed-000",
        order_id=f"ord_{a_returned_sale().order_id.hex}",
        subscription_id=public("sub", past.SUBSCRIPTION),
    )


@dataclass(frozen=True)
class Page:
    statements: list[str]
    items: int
    next: str | None


async def page(shop: tuple[Staff, list[Heard]], path: str, **told: str | int) -> Page:
    staff, said = shop
    before = len(said)
    answer = await staff.asks("GET", f"{path}?{urlencode(told)}")
    assert answer.status == 200, answer
    mine = [one.statement for one in said[before:] if ".list_" in one.issuer]
    return Page(mine, len(answer.body["items"]), answer.body.get("next"))


@pytest.mark.parametrize("route", list_routes(), ids=lambda route: route.path)
async def test_a_long_page_takes_as_many_statements_as_a_short_one(
    shop: tuple[Staff, list[Heard]], route: ListRoute
) -> None:
    short = await page(shop, path_of(route), limit=1)
    long = await page(shop, path_of(route), limit=50)

    assert short.items == 1
    assert long.items == 50 or route.path in OF_FEW
    assert 1 <= len(short.statements) <= OF_ALL.get(route.path, MOST_STATEMENTS)
    assert len(short.statements) == len(long.statements), "\n".join(long.statements)
    if short.next:
        later = await page(shop, path_of(route), limit=1, after=short.next)
        assert (later.items, len(later.statements)) == (1, len(short.statements))


def test_the_lists_are_found() -> None:
    assert {"/v1/orders", "/v1/payments", "/v1/stock/{sku}/history"} <= {
        route.path for route in list_routes()
    }
