from datetime import UTC, datetime
from typing import Annotated

import typer

from app.commands.terminal import AsJson, run, settings_of, tell, the_house
from infrastructure.shared.migration_line import tables_of
from infrastructure.shared.outbox import send_again


def add(cli: typer.Typer) -> None:
    cli.command()(resend)


def resend(
    *,
    since: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="What was sent since then (UTC)."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Send events of the contexts that are hosted here again, to whoever listens.

    For when a listener was restored to an earlier moment than the sender: what it has heard before
    it passes over. They are sent by the servers that run, or as soon as they do.
    """
    sent = run(_sent_again(since.replace(tzinfo=UTC)))
    lines = [f"{number:>8}  {context}" for context, number in sent.items()]
    tell(sent, "\n".join(["events to be sent again:", *lines]), as_json=as_json)


async def _sent_again(since: datetime) -> dict[str, int]:
    settings = settings_of()
    found = {}
    async with the_house(settings) as house:
        for context in settings.contexts:
            outbox = tables_of(context).tables.get(f"{context}_outbox")
            if outbox is not None:
                found[context] = await send_again(house.kept(context).engine, outbox, since)
    return found
