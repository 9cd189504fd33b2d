from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from app.commands.terminal import AnsweredNo, AsJson, run, settings_of, table, tell, the_house
from app.settings import Settings
from domain.contracts.payments import Difference, Payments, Reconcile, Reconciliation
from domain.shared.ids import public

PAGE = 50
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
    """Hold our books against the payment provider's. Exit code 3: they differ."""
    from_then = since.replace(tzinfo=UTC) if since else None
    whole = run(_compared(settings_of(), from_then))
    tell(_told(whole), _shown(whole), as_json=as_json)
    if whole.differences:
        raise AnsweredNo(f"{len(whole.differences)} differences")


async def _compared(settings: Settings, since: datetime | None) -> Reconciliation:
    whole = Reconciliation(compared=0, moving=0, differences=())
    async with the_house(settings, "payments") as house:
        payments = house.contract(Payments)
        is_done, after = False, None
        while not is_done:
            page = await payments.reconcile(Reconcile(since=since, after=after, most=PAGE))
            whole = Reconciliation(
                compared=whole.compared + page.compared,
                moving=whole.moving + page.moving,
                differences=whole.differences + page.differences,
            )
            after, is_done = page.next, page.next is None
    return whole


def _told(whole: Reconciliation) -> dict[str, object]:
    return {
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


def _shown(whole: Reconciliation) -> str | Table:
    if not whole.differences:
        passed_over = f", {whole.moving} passed over that are moving" if whole.moving else ""
        return f"compared {whole.compared} payments{passed_over}: the books agree"
    rows = ((one.kind, _name(one), one.reference, one.here, one.there) for one in whole.differences)
    return table(COLUMNS, rows)


def _name(one: Difference) -> str:
    return public("pay", one.attempt_id)
