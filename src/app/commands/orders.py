from typing import Annotated, Any

import typer

from app.commands.choices import OrderStatus
from app.commands.paging import every
from app.commands.shown import shown
from app.commands.terminal import (
    AsJson,
    Most,
    Unusable,
    moment,
    money,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.ordering import FindOrder, ListOrders, OrderDetails, Ordering, OrderSummary
from domain.shared.ids import from_public, public
from domain.shared.values import OrderId, Sku

OrderName = Annotated[str, typer.Argument(help="Which: ord_...")]


def add(cli: typer.Typer) -> None:
    orders = typer.Typer(help="What was ordered: list, show.", no_args_is_help=True)
    orders.command("list")(list_orders)
    orders.command()(show)
    cli.add_typer(orders, name="orders")


def list_orders(
    *,
    status: Annotated[OrderStatus | None, typer.Option(help="Only with this status.")] = None,
    email: Annotated[str | None, typer.Option(help="Only of this buyer.")] = None,
    sku: Annotated[str | None, typer.Option(help="Only with this in them.")] = None,
    country: Annotated[str | None, typer.Option(help="Only what goes there: US, say.")] = None,
    limit: Most = 20,
    as_json: AsJson = False,
) -> None:
    """Orders, the newest first."""
    asked = ListOrders(status=status, email=email, sku=Sku(sku) if sku else None, country=country)
    found = run(_found(asked, limit))
    rows = [
        {
            "order_id": public("ord", one.order_id),
            "placed_at": one.placed_at,
            "status": one.status,
            "total": one.total,
            "email": one.email,
        }
        for one in found
    ]
    listed = table(
        ("order", "placed (UTC)", "status", "total", "buyer"),
        [
            (
                row["order_id"],
                moment(one.placed_at),
                one.status,
                money(one.total.minor_units, one.total.currency),
                one.email,
            )
            for row, one in zip(rows, found, strict=True)
        ],
    )
    tell(rows, listed if rows else "there are no such orders", as_json=as_json)


def show(order: OrderName, *, as_json: AsJson = False) -> None:
    """How one order stands."""
    if (known := from_public("ord", order)) is None:
        raise Unusable(f"ORDER: {order!r} is no id of an order: they begin with ord_")
    found = run(_one(OrderId(known)))
    tell(shown(found), _described(order, found), as_json=as_json)


async def _found(asked: ListOrders, most: int) -> list[OrderSummary]:
    async with the_house(settings_of(), "ordering", is_reading=True) as house:
        call = house.contract(Ordering).list_orders
        return [one async for one in every(call, asked, most=most)]


async def _one(order_id: OrderId) -> OrderDetails:
    async with the_house(settings_of(), "ordering", is_reading=True) as house:
        return await house.contract(Ordering).find_order(FindOrder(order_id=order_id))


def _described(name: str, order: OrderDetails) -> str:
    lines: list[Any] = [f"{name}  {order.status}  placed {moment(order.placed_at)} UTC"]
    lines += [
        f"  {line.units} x {line.title} ({line.sku}): {money(line.total, order.currency)}"
        + (f", {line.units_fulfilled} sent" if line.units_fulfilled else "")
        for line in order.lines
    ]
    lines += [f"  {entry.text}: {money(entry.amount, order.currency)}" for entry in order.totals]
    lines += [
        f"  {moment(event.occurred_at)} {event.kind} {event.tracking_number or ''}".rstrip()
        for event in order.events
    ]
    lines += [
        f"  {moment(change.occurred_at)} {change.kind} {change.status}"
        + (f" {money(change.amount, order.currency)}" if change.amount is not None else "")
        for change in order.adjustments
    ]
    lines += [f"  trouble: {order.trouble}"] if order.trouble else []
    return "\n".join(lines + ([f"  note: {order.note}"] if order.note else []))
