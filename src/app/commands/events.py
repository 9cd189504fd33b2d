"""What waits in the outboxes of the contexts that are hosted here, and what is to be sent again."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from app.commands.terminal import AsJson, run, settings_of, table, tell, the_house
from infrastructure.shared.migration_line import tables_of
from infrastructure.shared.outbox import lag, send_again


def add(cli: typer.Typer) -> None:
    events = typer.Typer(help="Events on their way: lag, republish.", no_args_is_help=True)
    events.command("lag")(show_lag)
    events.command()(republish)
    cli.add_typer(events, name="events")


def show_lag(*, as_json: AsJson = False) -> None:
    """How many events wait to be sent, and for how long the oldest has."""
    lags = {context: asdict(one) for context, one in run(_each(lag)).items()}
    rows = [(context, one["waiting"], f"{one['seconds']:.1f}") for context, one in lags.items()]
    tell(lags, table(("context", "events", "seconds"), rows), as_json=as_json)


def republish(
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

    For when a listener or a broker was restored to an earlier moment than the sender: what a listener
    has heard before it passes over. They are sent by the servers that run, or as soon as they do.

    With a broker, wait until the last of them was sent two minutes ago: before, it drops what comes
    twice. Or delete the listener's consumer there: it hears all that the stream has.
    """
    at = since.replace(tzinfo=UTC)
    sent = run(_each(lambda engine, outbox: send_again(engine, outbox, at)))
    lines = [f"{number:>8}  {context}" for context, number in sent.items()]
    tell(sent, "\n".join(["events to be sent again:", *lines]), as_json=as_json)


async def _each(of: Callable[[AsyncEngine, Table], Awaitable[Any]]) -> dict[str, Any]:
    settings = settings_of()
    found = {}
    async with the_house(settings) as house:
        for context in settings.contexts:
            outbox = tables_of(context).tables.get(f"{context}_outbox")
            if outbox is not None:
                found[context] = await of(house.kept(context).engine, outbox)
    return found
