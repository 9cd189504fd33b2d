"""Writes everything that the house knows into files: one thing a line, as JSON."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic_core import to_json

from app.commands.paging import every
from app.commands.shown import shown
from app.commands.terminal import (
    AsJson,
    Unusable,
    progress,
    run,
    settings_of,
    tell,
    the_house,
    written_to,
)
from domain.contracts.catalog import Catalog, ListProducts
from domain.contracts.customers import Customers, ListCustomers
from domain.contracts.fulfillment import Fulfillment, ListShippingRates
from domain.contracts.inventory import Inventory, ListStock
from domain.contracts.ordering import FindOrder, ListOrders, ListReturns, Ordering
from domain.contracts.payments import ListPayments, Payments
from domain.contracts.pricing import ListRules, Pricing
from domain.shared.ids import public
from infrastructure.shared.files import nobody_elses

if TYPE_CHECKING:
    from app.commands.asking import Caller

Things = AsyncIterator[Any]


def _listed(contract: type, call: str, message: Any) -> Callable[["Caller"], Things]:
    async def listed(house: "Caller") -> Things:
        async for one in every(getattr(house.contract(contract), call), message):
            yield shown(one)

    return listed


async def _orders(house: "Caller") -> Things:
    ordering = house.contract(Ordering)
    async for one in every(ordering.list_orders, ListOrders()):
        yield shown(await ordering.find_order(FindOrder(order_id=one.order_id)))


async def _payments(house: "Caller") -> Things:
    async for one in every(house.contract(Payments).list_payments, ListPayments()):
        yield {"payment_id": public("pay", one.attempt_id), **shown(one)}


KINDS: dict[str, tuple[str, Callable[["Caller"], Things]]] = {
    "products": ("catalog", _listed(Catalog, "list_products", ListProducts())),
    "archived_products": (
        "catalog",
        _listed(Catalog, "list_products", ListProducts(is_archived=True)),
    ),
    "stock": ("inventory", _listed(Inventory, "list_stock", ListStock())),
    "customers": ("customers", _listed(Customers, "list_customers", ListCustomers())),
    "discounts": ("pricing", _listed(Pricing, "list_discounts", ListRules())),
    "promotions": ("pricing", _listed(Pricing, "list_promotions", ListRules())),
    "tax_rates": ("pricing", _listed(Pricing, "list_tax_rates", ListRules())),
    "shipping_rates": (
        "fulfillment",
        _listed(Fulfillment, "list_shipping_rates", ListShippingRates()),
    ),
    "orders": ("ordering", _orders),
    "returns": ("ordering", _listed(Ordering, "list_returns", ListReturns())),
    "payments": ("payments", _payments),
}
"""What is written, the context that has it, and how it is read there."""


def add(cli: typer.Typer) -> None:
    cli.command()(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Where to; it is made if it is not there.")],
    *,
    only: Annotated[
        list[str],
        typer.Option(
            help=f"Of these: {', '.join(KINDS)}. May be repeated.",
            autocompletion=lambda: list(KINDS),
        ),
    ] = [],  # noqa: B006  # typer copies it
    as_json: AsJson = False,
) -> None:
    """Write what the house knows into FOLDER, a file a kind, a line of JSON a thing.

    The shop may be open meanwhile: each line is as it was when it was read. A file that is there is
    replaced once the new one is whole.
    """
    chosen = tuple(dict.fromkeys(only)) or tuple(KINDS)
    if unknown := [name for name in chosen if name not in KINDS]:
        raise Unusable(f"--only: there is no {unknown[0]!r}, only {', '.join(KINDS)}")
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"FOLDER: {folder} is no folder")
    with written_to("FOLDER", folder):
        folder.mkdir(parents=True, exist_ok=True)
    written = run(_written(folder, chosen))
    lines = "\n".join(f"{number:>8}  {folder / name}.jsonl" for name, number in written.items())
    tell({"folder": str(folder), "written": written}, lines, as_json=as_json)


async def _written(folder: Path, chosen: tuple[str, ...]) -> dict[str, int]:
    written, contexts = {}, {KINDS[name][0] for name in chosen}
    async with the_house(settings_of(), *contexts, is_reading=True) as house:
        with progress() as bar:
            for name in chosen:
                _, read = KINDS[name]
                done = partial(bar.advance, bar.add_task(name, total=None))
                written[name] = await _file(folder / f"{name}.jsonl", read(house), done)
    return written


async def _file(path: Path, things: Things, done: Callable[[], None]) -> int:
    """All of it or none: what was there stays until the new file is whole."""
    growing = path.with_suffix(".jsonl.part")
    number = 0
    with written_to("FOLDER", growing):
        try:
            with nobody_elses(growing) as file:
                async for thing in things:
                    file.write(to_json(thing) + b"\n")
                    number += 1
                    done()
            growing.replace(path)
        finally:
            if growing.is_file():
                growing.unlink()
    return number
