"""Products as they were a moment ago, and how short that moment is."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.catalog.product import Product
from domain.contracts.catalog import ProductDetails, UnknownProduct
from domain.shared.values import Money, Sku
from infrastructure.catalog.products import SqlProducts
from infrastructure.catalog.showcase import KeptShowcase, showing_anew
from infrastructure.catalog.tables import outbox
from infrastructure.shared.caches.copies import Copies
from infrastructure.shared.caches.stores import InProcessStore
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.tidings import LOOKS_BACK, Tidings
from tests.catalog.builders import a_full_product, a_product, a_sku, a_variant
from tests.statements import counted


@dataclass
class Clerk:
    """One process of the catalog, with a store of its own: what it changes and shows."""

    engine: AsyncEngine

    def __post_init__(self) -> None:
        self.open = partial(transaction, self.engine, SqlProducts)
        self.shown = KeptShowcase(self.open, Copies(InProcessStore()))
        self.begin = partial(showing_anew, self.open, self.shown)
        tidings = Tidings(self.engine, outbox, self.shown.forget)
        self.hear = tidings.look

    async def put(self, *described: ProductDetails) -> None:
        async with self.begin() as products:
            known = await products.find([details.product_id for details in described])
            for details in described:
                if details.product_id in known:
                    known[details.product_id].describe(details)
            new = [Product.described(d) for d in described if d.product_id not in known]
            await products.save([*known.values(), *new])

    async def price(self, sku: Sku) -> Money | None:
        item = (await self.shown.find_items([sku], "USD")).get(sku)
        return item.unit_price if item else None


def priced(details: ProductDetails, cents: int) -> ProductDetails:
    variant = replace(details.variants[0], prices=(Money(cents, "USD"),))
    return replace(details, variants=(variant, *details.variants[1:]))


@pytest.fixture
def clerk(engine: AsyncEngine) -> Clerk:
    return Clerk(engine)


@pytest.fixture
def other(engine: AsyncEngine) -> Clerk:
    """In another process."""
    return Clerk(engine)


async def test_it_shows_what_the_database_would(clerk: Clerk) -> None:
    tea, cup, gone = a_full_product(), a_product(), a_product()
    await clerk.put(tea, cup, gone)
    async with clerk.begin() as products:
        archived = await products.get(gone.product_id)
        archived.archive()
        await products.save([archived])
    skus = [v.sku for details in (tea, cup, gone) for v in details.variants] + [a_sku()]

    for currency in ("USD", "EUR", "JPY", "GBP"):
        async with clerk.open() as products:
            expected = await products.find_items(skus, currency)
        for _ in range(2):
            assert await clerk.shown.find_items(skus, currency) == expected
    async with clerk.open() as products:
        kept = (await products.get(tea.product_id)).kept()
        page = await products.page(None, 10, is_archived=False)
    for _ in range(2):
        assert await clerk.shown.get(tea.product_id) == kept
        shown = await clerk.shown.page(None, 10, is_archived=False)
        assert shown.items == tuple(product.kept() for product in page.products)


async def test_what_was_shown_once_is_not_asked_for_again(
    clerk: Clerk, engine: AsyncEngine
) -> None:
    tea, cup = a_product(), a_full_product()
    await clerk.put(tea, cup)
    skus = [tea.variants[0].sku, cup.variants[0].sku]

    with counted(engine) as cold:
        await clerk.shown.find_items(skus, "USD")
        await clerk.shown.page(None, 10, is_archived=False)
    with counted(engine) as warm:
        await clerk.shown.find_items(skus, "USD")
        await clerk.shown.get(tea.product_id)
        await clerk.shown.page(None, 10, is_archived=False)

    assert len(cold) == 3  # who owns the SKUs, the products, and the ids on the page
    assert warm == []


async def test_whoever_changed_something_sees_it_at_once_and_the_others_when_they_hear(
    clerk: Clerk, other: Clerk
) -> None:
    tea = a_product()
    sku = tea.variants[0].sku
    await clerk.put(tea)
    await clerk.price(sku)
    await other.price(sku)

    await clerk.put(priced(tea, 99))

    assert await clerk.price(sku) == Money(99, "USD")
    assert await other.price(sku) == tea.variants[0].prices[0]  # which is the moment
    await other.hear()
    assert await other.price(sku) == Money(99, "USD")


async def test_pages_change_with_what_is_on_them(clerk: Clerk, other: Clerk) -> None:
    first, second = a_product(product_id="a"), a_product(product_id="b")
    await clerk.put(first)
    for one in (clerk, other):
        await one.shown.page(None, 10, is_archived=False)

    await clerk.put(second, replace(first, title="Changed"))
    await other.hear()

    for one in (clerk, other):
        page = await one.shown.page(None, 10, is_archived=False)
        assert [item.details for item in page.items] == [replace(first, title="Changed"), second]
        assert (await one.shown.page(None, 1, is_archived=False)).next == "a"
        assert (await one.shown.page("a", 1, is_archived=False)).items[0].details == second


async def test_a_sku_that_was_handed_over_is_shown_as_its_new_owners(clerk: Clerk) -> None:
    sku = a_sku()
    former, heir = a_product(a_variant(sku), a_variant()), a_product()
    await clerk.put(former, heir)
    await clerk.price(sku)

    await clerk.put(replace(former, variants=former.variants[1:]))
    assert await clerk.price(sku) is None
    await clerk.put(replace(heir, variants=(a_variant(sku, prices=(Money(7, "USD"),)),)))

    assert await clerk.price(sku) == Money(7, "USD")


async def test_what_is_too_large_to_copy_is_shown_all_the_same(clerk: Clerk) -> None:
    large = a_product(*(a_variant(title="x" * 200) for _ in range(300)))
    await clerk.put(large)

    for _ in range(2):
        assert (await clerk.shown.get(large.product_id)).details == large
        assert await clerk.price(large.variants[299].sku) == Money(1250, "USD")
        page = await clerk.shown.page(None, 10, is_archived=False)
        assert [item.details for item in page.items] == [large]


@pytest.mark.parametrize("product_id", ["", "a\0b", "..", "no such"])
async def test_what_there_is_not_is_not_shown(clerk: Clerk, product_id: str) -> None:
    with pytest.raises(UnknownProduct):
        await clerk.shown.get(product_id)


async def test_what_was_rolled_back_was_never_shown(clerk: Clerk) -> None:
    tea = a_product()
    await clerk.put(tea)

    async def give_up() -> None:
        async with clerk.begin() as products:
            known = await products.get(tea.product_id)
            known.describe(priced(tea, 1))
            await products.save([known])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await give_up()

    assert await clerk.price(tea.variants[0].sku) == tea.variants[0].prices[0]


async def test_each_process_hears_of_a_change_once_and_of_none_that_is_long_past(
    clerk: Clerk, engine: AsyncEngine
) -> None:
    heard: list[set[str]] = []

    async def hear(product_ids: Collection[str]) -> None:
        heard.append(set(product_ids))

    now = [utc_now()]
    tidings = Tidings(engine, outbox, hear, lambda: now[0])
    tea, cup = a_product(), a_product()
    await clerk.put(tea)
    await tidings.look()
    await clerk.put(cup, priced(tea, 99))

    await tidings.look()
    await tidings.look()

    assert heard == [{tea.product_id}, {tea.product_id, cup.product_id}]
    now[0] = utc_now() + LOOKS_BACK + timedelta(seconds=1)
    await Tidings(engine, outbox, hear, lambda: now[0]).look()
    assert len(heard) == 2


async def test_who_could_not_hear_hears_it_the_next_time(clerk: Clerk, engine: AsyncEngine) -> None:
    heard, failures = list[object](), [ConnectionError()]

    async def hear(product_ids: object) -> None:
        if failures:
            raise failures.pop()
        heard.append(product_ids)

    tidings = Tidings(engine, outbox, hear)
    await clerk.put(a_product())

    with pytest.raises(ConnectionError):
        await tidings.look()
    await tidings.look()

    assert len(heard) == 1
