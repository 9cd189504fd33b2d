from typing import Annotated, Any
from uuid import uuid4

import typer

from app.commands.choices import AdjustmentReason
from app.commands.paging import every
from app.commands.shown import shown
from app.commands.terminal import (
    AnsweredNo,
    AsJson,
    Most,
    moment,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.inventory import (
    AdjustStock,
    FindStock,
    Inventory,
    ListMovements,
    ListStock,
    Stock,
)
from domain.shared.values import Sku

SkuName = Annotated[str, typer.Argument(help="Which.")]


def add(cli: typer.Typer) -> None:
    stock = typer.Typer(help="What lies on the shelf: list, adjust, history.", no_args_is_help=True)
    stock.command("list")(list_stock)
    stock.command()(adjust)
    stock.command()(history)
    cli.add_typer(stock, name="stock")


def list_stock(
    sku: Annotated[list[str] | None, typer.Argument(help="Only these.")] = None,
    *,
    limit: Most = 100,
    as_json: AsJson = False,
) -> None:
    """What lies on the shelf, and how much of it is promised, by SKU."""
    found = run(_found(tuple(map(Sku, sku or ())), limit))
    _tell([_row(item) for item in found], as_json=as_json)
    if missing := set(sku or ()) - {item.sku for item in found}:
        raise AnsweredNo(f"never counted: {', '.join(sorted(missing))}")


def adjust(
    sku: SkuName,
    *,
    by: Annotated[int, typer.Option(help="So many units more; fewer: --by -2.")],
    reason: Annotated[AdjustmentReason, typer.Option(help="Why.")],
    note: Annotated[str, typer.Option(help="What is worth remembering.")] = "",
    key: Annotated[
        str, typer.Option(help="Names this adjustment, so that doing it again does nothing.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put units on the shelf, or take them off."""
    wanted = AdjustStock(
        key=key or f"cli-{uuid4()}", sku=Sku(sku), units=by, reason=reason, note=note
    )
    _tell([_row(run(_adjusted(wanted)))], as_json=as_json)


def history(sku: SkuName, *, limit: Most = 20, as_json: AsJson = False) -> None:
    """How the shelf of a SKU came to be as it is, the newest first."""
    moved = run(_moved(Sku(sku), limit))
    rows = [
        (
            moment(one.moved_at),
            one.reason,
            f"{one.units:+}",
            one.units_on_hand,
            one.actor,
            one.note,
        )
        for one in moved
    ]
    listed = table(("when (UTC)", "reason", "units", "on hand", "by", "note"), rows)
    told = [shown(one) for one in moved]
    tell(told, listed if rows else "nothing has moved", as_json=as_json)


async def _found(skus: tuple[Sku, ...], most: int) -> list[Stock]:
    async with the_house(settings_of(), "inventory", is_reading=True) as house:
        inventory = house.contract(Inventory)
        if skus:
            return list((await inventory.find_stock(FindStock(skus=skus))).items)
        return [item async for item in every(inventory.list_stock, ListStock(), most=most)]


async def _adjusted(wanted: AdjustStock) -> Stock:
    async with the_house(settings_of(), "inventory") as house:
        return await house.contract(Inventory).adjust_stock(wanted)


async def _moved(sku: Sku, most: int) -> list[Any]:
    async with the_house(settings_of(), "inventory", is_reading=True) as house:
        call, asked = house.contract(Inventory).list_movements, ListMovements(sku=sku)
        return [movement async for movement in every(call, asked, most=most)]


def _row(item: Stock) -> dict[str, Any]:
    return {
        "sku": item.sku,
        "units_on_hand": item.units_on_hand,
        "units_held": item.units_held,
        "units_allocated": item.units_allocated,
        "units_available": item.units_available,
    }


def _tell(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    columns = ("sku", "on hand", "held", "allocated", "available")
    shown = table(columns, [tuple(row.values()) for row in rows])
    tell(rows, shown if rows else "nothing was ever counted", as_json=as_json)
