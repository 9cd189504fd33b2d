"""A shop with a past, to try things out at the size that they will have: never in production."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.terminal import (
    AsJson,
    Unusable,
    progress,
    run,
    settings_of,
    tell,
    the_house,
)
from app.settings import Settings
from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import Fulfillment, PutShippingRates, ShippingRate
from domain.contracts.inventory import Count, FindStock, Inventory, SetStock
from domain.contracts.ordering import ListOrders, Ordering
from domain.shared.values import Money
from infrastructure.shared.sales import CURRENCY, DELIVERY, LAST, STANDARD, assortment, sales

if TYPE_CHECKING:
    from app.commands.asking import Caller

MOST_ORDERS = 10_000_000
ON_SHELVES = 1_000_000
AMONG = "Although somebody has really bought here."


def add(cli: typer.Typer) -> None:
    cli.command()(seed)


def seed(
    *,
    orders: Annotated[int, typer.Option(min=1, max=MOST_ORDERS, help="So many in all.")],
    among_others: Annotated[bool, typer.Option("--among-others", help=AMONG)] = False,
    as_json: AsJson = False,
) -> None:
    """Make a shop with so many orders, a minute apart until 2026: shipped, paid, some returned.

    Each context that is hosted here is given its part, on its own database. Doing it again, after
    it broke off too, adds what is missing. Refused in production, and among orders of others.
    """
    settings = settings_of()
    if settings.environment == "production":
        raise Unusable("orders that nobody placed are no good in production: FREESTONE_ENVIRONMENT")
    if "payments" in settings.contexts and (settings.stripe_key or settings.payment_provider_url):
        raise Unusable("a provider elsewhere knows nothing of such orders: use the one in here")
    run(_seeded(settings, orders, is_among_others=among_others))
    tell({"orders": orders}, f"there are {orders} orders of the past", as_json=as_json)


async def _seeded(settings: Settings, orders: int, *, is_among_others: bool) -> None:
    asked = [
        c for c in ("catalog", "fulfillment", "inventory", "ordering") if c in settings.contexts
    ]
    async with the_house(settings, *asked) as house:
        if "ordering" in asked and not is_among_others:
            await _require_no_others(house)
        if "catalog" in asked:
            await _put_products(house)
        if "fulfillment" in asked:
            await _put_rate(house)
        seeds = [kept.seed for c in settings.contexts if (kept := house.kept(c)).seed]
        with progress() as bar:
            task = bar.add_task("seeding", total=orders)
            for some in sales(orders):
                for part in seeds:
                    await part(some)
                bar.advance(task, len(some))
        if "inventory" in asked:
            await _fill_shelves(house)


async def _require_no_others(house: "Caller") -> None:
    since = ListOrders(placed_from=LAST, most=1)
    if (await house.contract(Ordering).list_orders(since)).items:
        raise Unusable("somebody has bought here already (--among-others if that does not matter)")


async def _put_products(house: "Caller") -> None:
    products = tuple(
        ProductDetails(
            product_id=one.sku,
            title=one.title,
            variants=(Variant(sku=one.sku, title=one.title, prices=(Money(one.price, CURRENCY),)),),
        )
        for one in assortment()
    )
    await house.contract(Catalog).put_products(PutProducts(products=products))


async def _put_rate(house: "Caller") -> None:
    rate = ShippingRate(
        rate_id=STANDARD,
        country="default",
        service_level="standard",
        title="Standard Shipping",
        price=Money(DELIVERY, CURRENCY),
    )
    await house.contract(Fulfillment).put_shipping_rates(PutShippingRates(rates=(rate,)))


async def _fill_shelves(house: "Caller") -> None:
    """Only those on which nothing lies: counting anew would be another movement each time."""
    skus = tuple(one.sku for one in assortment())
    found = await house.contract(Inventory).find_stock(FindStock(skus=skus))
    full = {one.sku for one in found.items if one.units_on_hand}
    counts = tuple(Count(sku=sku, units_on_hand=ON_SHELVES) for sku in skus if sku not in full)
    if counts:
        await house.contract(Inventory).set_stock(SetStock(counts=counts))
