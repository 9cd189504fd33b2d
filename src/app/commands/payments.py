from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from rich.table import Table

from app.commands.comparing import Comparison
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
from app.settings import Settings
from domain.contracts.payments import Difference, Payments
from domain.shared.ids import public

COLUMNS = ("difference", "payment", "at the provider", "here", "there")


def add(cli: typer.Typer) -> None:
    payments = typer.Typer(help="The money.", no_args_is_help=True)
    payments.command("reconcile")(reconcile)
    cli.add_typer(payments, name="payments")


def reconcile(
    *,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only what began since then (UTC)."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold our books against the payment provider's. Exit code 3: they differ.

    Where it breaks off, what was found up to there is told.
    """
    from_then = since.replace(tzinfo=UTC) if since else None
    found = Comparison()
    try:
        run(_compared(settings_of(), from_then, found))
    finally:
        if found.pages:
            tell(_told(found), _shown(found), as_json=as_json)
    if found.differences:
        raise AnsweredNo(f"{len(found.differences)} differences")


async def _compared(settings: Settings, since: datetime | None, found: Comparison) -> None:
    async with the_house(settings, "payments", is_reading=True) as house:
        with progress() as bar:
            task = bar.add_task("payments compared", total=None)
            await found.go_through(house.contract(Payments), since, done=partial(bar.advance, task))


def _told(whole: Comparison) -> dict[str, object]:
    return {
        "is_whole": whole.is_whole,
        "compared": whole.compared,
        "moving": whole.moving,
        "differences": [
            {
                "kind": one.kind,
                "payment_id": _name(one),
                "reference": one.reference,
                "here": one.here,
                "there": one.there,
            }
            for one in whole.differences
        ],
    }


def _shown(whole: Comparison) -> str | Table:
    if not whole.differences:
        passed_over = f", {whole.moving} passed over that are moving" if whole.moving else ""
        so_far = "" if whole.is_whole else " so far"
        return f"compared {whole.compared} payments{passed_over}: the books agree{so_far}"
    rows = ((one.kind, _name(one), one.reference, one.here, one.there) for one in whole.differences)
    return table(COLUMNS, rows)


def _name(one: Difference) -> str:
    return public("pay", one.attempt_id)
