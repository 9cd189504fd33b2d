from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic_core import to_json

from app.commands.paging import every
from app.commands.terminal import Unusable, run, settings_of, the_house
from domain.contracts.identity import Identity, ListAudit

SINCE = "Only what was done since then (2026-07-01, or with a time behind T; in UTC)."


def add(cli: typer.Typer) -> None:
    cli.command()(audit)


def audit(
    *,
    since: Annotated[str, typer.Option(help=SINCE)] = "",
    actor: Annotated[str, typer.Option(help="Only what this one did (cli, staff:...).")] = "",
    subject: Annotated[str, typer.Option(help="Only what was done to this.")] = "",
) -> None:
    """Export the audit log: one entry a line, as JSON, the oldest first.

    Entries are added and never changed or purged.
    """
    asked = ListAudit(
        since=_moment(since) if since else None, actor=actor or None, subject=subject or None
    )
    run(_told(asked))


async def _told(asked: ListAudit) -> None:
    async with the_house(settings_of(), "identity", is_reading=True) as house:
        async for entry in every(house.contract(Identity).list_audit, asked):
            typer.echo(to_json(entry))


def _moment(text: str) -> datetime:
    """Raises `Unusable`."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError as strange:
        raise Unusable(f"--since: {text!r} is no moment, such as 2026-07-01T12:00:00Z") from strange
    return said if said.tzinfo else said.replace(tzinfo=UTC)
