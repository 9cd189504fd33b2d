from datetime import timedelta
from functools import partial
from typing import Annotated, Any

import typer
from rich.table import Table

from app.commands.books.comparison import Comparison
from app.commands.books.rules import Mistake
from app.commands.books.standing import Books
from app.commands.terminal import (
    AnsweredNo,
    AsJson,
    progress,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.inventory import Inventory
from domain.contracts.ordering import Ordering
from domain.contracts.payments import Payments
from domain.shared.ids import public
from infrastructure.shared.clock import utc_now

CONTEXTS = ("inventory", "ordering", "payments")
COLUMNS = ("mistake", "attempt", "order", "sku", "what is known")


def add(cli: typer.Typer) -> None:
    cli.command()(check)


def check(
    *,
    patience: Annotated[
        float,
        typer.Option(
            min=0,
            max=86_400,
            help="For how many seconds something may be on its way to the others.",
        ),
    ] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Hold the books of the contexts against one another. Exit code 3: they differ.

    No order without payment and stock, no stock or money without order, but for attempts that are
    under way; and shelves that count what is promised of them. It changes nothing, and the shop may
    be open meanwhile. docs/backup.md says what to do about each mistake.
    """
    found = Comparison(utc_now, timedelta(seconds=patience))
    try:
        run(_compared(found))
    finally:
        if found.compared or found.is_whole:
            tell(_told(found), _shown(found), as_json=as_json)
    if found.mistakes:
        raise AnsweredNo(f"{len(found.mistakes) + found.untold} mistakes")


async def _compared(found: Comparison) -> None:
    async with the_house(settings_of(), *CONTEXTS, is_reading=True) as house:
        books = Books(
            ordering=house.contract(Ordering),
            inventory=house.contract(Inventory),
            payments=house.contract(Payments),
        )
        with progress() as bar:
            task = bar.add_task("attempts compared", total=None)
            await found.go_through(books, done=partial(bar.advance, task))


def _told(found: Comparison) -> dict[str, Any]:
    return {
        "is_whole": found.is_whole,
        "compared": found.compared,
        "under_way": found.under_way,
        "moving_skus": found.moving,
        "mistakes": [dict(zip(COLUMNS, _row(one), strict=True)) for one in found.mistakes],
        "untold": found.untold,
    }


def _shown(found: Comparison) -> str | Table:
    if found.mistakes:
        return table(COLUMNS, map(_row, found.mistakes))
    also = [
        *([f"{found.under_way} under way"] if found.under_way else []),
        *([f"{found.moving} SKUs not compared that moved"] if found.moving else []),
        "the books agree" + ("" if found.is_whole else " so far"),
    ]
    return f"compared {found.compared} attempts: {', '.join(also)}"


def _row(one: Mistake) -> tuple[str, ...]:
    attempt = public("att", one.attempt_id) if one.attempt_id else ""
    order = public("ord", one.order_id) if one.order_id else ""
    return one.kind, attempt, order, one.sku or "", one.told
