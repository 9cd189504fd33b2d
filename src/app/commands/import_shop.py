from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.terminal import (
    AsJson,
    Unusable,
    databases_of,
    progress,
    run,
    settings_of,
    tell,
    the_house,
)
from app.settings import Settings
from infrastructure.shared.migrations.tables import is_empty

IMPORTED = ("catalog", "customers", "fulfillment", "inventory", "pricing")
MOST_MISTAKES_TOLD = 100


def add(cli: typer.Typer) -> None:
    cli.command("import")(import_shop)


def import_shop(
    folder: Annotated[Path, typer.Argument(help="A folder of CSV files: docs/importing.md.")],
    *,
    into_empty: Annotated[
        bool, typer.Option("--into-empty", help="Do nothing if something is for sale already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check every file of a shop, then put the shop in place; doing it again changes nothing."""
    from app.importer.shop import UnfitShop, read_shop

    settings = settings_of()
    try:
        shop = read_shop(folder)
        is_done = run(_imported(settings, shop, into_empty=into_empty))
    except UnfitShop as unfit:
        told = unfit.mistakes[:MOST_MISTAKES_TOLD]
        if more := len(unfit.mistakes) - len(told):
            told.append(f"... and {more} more")
        raise Unusable("\n".join(told)) from unfit
    if not is_done:
        tell(
            {"imported": {}}, "something is for sale already: nothing was imported", as_json=as_json
        )
        return
    tell({"imported": _counts(shop)}, _said(shop), as_json=as_json)


def _counts(shop: Any) -> dict[str, int]:
    return {
        "products": len(shop.products),
        "stock counts": len(shop.counts),
        "customers": len(shop.customers),
        "shipping rates": len(shop.rates),
        "discounts": len(shop.discounts),
        "promotions": len(shop.promotions),
        "tax rates": len(shop.tax_rates),
    }


def _said(shop: Any) -> str:
    said = "imported " + ", ".join(f"{number} {what}" for what, number in _counts(shop).items())
    if shop.instruments:
        said += f"\npassed over {shop.instruments} payment instruments: none are stored"
    return said


async def _imported(settings: Settings, shop: Any, *, into_empty: bool) -> bool:
    from app.importer.load import Import
    from domain.contracts.catalog import Catalog
    from domain.contracts.customers import Customers
    from domain.contracts.fulfillment import Fulfillment
    from domain.contracts.inventory import Inventory
    from domain.contracts.pricing import Pricing

    async with the_house(settings, *IMPORTED) as house:
        if into_empty:
            if "catalog" not in settings.contexts:
                raise Unusable("--into-empty: the catalog is not hosted here (FREESTONE_CONTEXTS)")
            with databases_of(settings):
                if not await is_empty(settings, "catalog"):
                    return False
        with progress() as bar:
            task = bar.add_task("importing", total=sum(_counts(shop).values()))
            await Import(
                catalog=house.contract(Catalog),
                customers=house.contract(Customers),
                fulfillment=house.contract(Fulfillment),
                inventory=house.contract(Inventory),
                pricing=house.contract(Pricing),
                done=lambda number: bar.advance(task, number),
            )(shop)
    return True
