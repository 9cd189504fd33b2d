"""What waits in the outboxes of the contexts that are hosted here, and what is to be sent again."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from app.commands.noted import noted
from app.commands.terminal import (
    AsJson,
    Most,
    Unusable,
    moment,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from app.settings import Settings
from infrastructure.shared.clock import utc_now
from infrastructure.shared.events.outbox import lag, remembered_since, send_again, too_old
from infrastructure.shared.events.waiting import Waiting, give_up, waiting
from infrastructure.shared.migrations.line import tables_of

EventId = Annotated[UUID, typer.Argument(help="The event, as `waiting` names it.")]


def add(cli: typer.Typer) -> None:
    events = typer.Typer(
        help="Events on their way: lag, waiting, skip, republish.", no_args_is_help=True
    )
    events.command("lag")(show_lag)
    events.command("waiting")(show_waiting)
    events.command()(republish)
    events.command()(skip)
    cli.add_typer(events, name="events")


def show_lag(*, as_json: AsJson = False) -> None:
    """How many events wait to be sent, and for how long the oldest has."""
    lags = {context: asdict(one) for context, one in run(_each(lag)).items()}
    rows = [(context, one["waiting"], f"{one['seconds']:.1f}") for context, one in lags.items()]
    tell(lags, table(("context", "events", "seconds"), rows), as_json=as_json)


def show_waiting(
    *,
    seconds: Annotated[
        float | None,
        typer.Option(min=0, help="For longer than this; else FREESTONE_EVENTS_LATE_SECONDS."),
    ] = None,
    limit: Most = 100,
    as_json: AsJson = False,
) -> None:
    """Events that wait to be sent for longer than they should, the oldest first.

    What stands in the way is in the log of the server that sends them: `event set aside` and the event's
    id where a listener refuses it (it is too large there, or unknown), `events not delivered` where
    one is away. Both are offered again by themselves. What waits behind another passes when that does.
    """
    now, settings = utc_now(), settings_of()
    before = now - timedelta(seconds=settings.events_late_seconds if seconds is None else seconds)
    each = run(_each(lambda engine, outbox: waiting(engine, outbox, before, limit)))
    found: list[Waiting] = sorted(
        (one for some in each.values() for one in some), key=lambda one: one.occurred_at
    )[:limit]
    told = [
        {**asdict(one), "seconds": round((now - one.occurred_at).total_seconds(), 1)}
        for one in found
    ]
    rows = [
        (one["event_id"], one["name"], one["seconds"], one["size"], one["behind"] and "yes")
        for one in told
    ]
    columns = ("event", "what happened", "seconds", "size", "behind another")
    shown = table(columns, rows) if found else "no event waits for so long"
    tell(told, shown, as_json=as_json)


def skip(event: EventId, *, as_json: AsJson = False) -> None:
    """Give an event up that waits, and let what follows it of its aggregate pass.

    Whoever does not have it yet will not get it; what should have followed from it is then yours to
    see to. For one that a listener will never have. `republish` sends it again.
    """
    run(_given_up(event))
    tell({"event_id": event, "state": "skipped"}, f"{event} is given up", as_json=as_json)


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

    What happened longer ago than FREESTONE_KEEP_EVENTS_DAYS less a day is left out, and told: a
    listener may have forgotten that it has heard it, and would send its mails and webhooks twice.

    With a broker, wait until the last of them was sent two minutes ago: before, it drops what comes
    twice. Or stop the listener and delete its place there: it then hears all that the stream has.
    """
    at = since.replace(tzinfo=UTC)
    known = remembered_since(utc_now(), settings_of().keep_events_days)

    async def republished(engine: AsyncEngine, outbox: Table) -> dict[str, object]:
        left_out = await too_old(engine, outbox, at, happened_since=known)
        sent = await send_again(engine, outbox, at, happened_since=known)
        return {"events": sent, "left_out": left_out, "happened_before": known}

    told = run(_each(republished))
    lines = ["events to be sent again:", *_numbers(told, "events")]
    if any(one["left_out"] for one in told.values()):
        lines += [
            f"left out, for they happened before {moment(known)}, and who has heard them may have",
            "forgotten it (FREESTONE_KEEP_EVENTS_DAYS):",
            *_numbers(told, "left_out"),
        ]
    tell(told, "\n".join(lines), as_json=as_json)


def _numbers(told: dict[str, dict[str, object]], of: str) -> list[str]:
    return [f"{one[of]:>8}  {context}" for context, one in told.items()]


async def _each(of: Callable[[AsyncEngine, Table], Awaitable[Any]]) -> dict[str, Any]:
    settings = settings_of()
    async with the_house(settings) as house:
        return {
            context: await of(house.kept(context).engine, outbox)
            for context, outbox in _outboxes(settings)
        }


async def _given_up(event_id: UUID) -> None:
    settings = settings_of()
    async with the_house(settings, "identity") as house:

        async def wherever_it_waits() -> None:
            for context, outbox in _outboxes(settings):
                if await give_up(house.kept(context).engine, outbox, event_id):
                    return
            raise Unusable(f"EVENT: {event_id} does not wait in a context that is hosted here")

        await noted(house, "skip_event", str(event_id), wherever_it_waits)


def _outboxes(settings: Settings) -> Iterator[tuple[str, Table]]:
    for context in settings.contexts:
        outbox = tables_of(context).tables.get(f"{context}_outbox")
        if outbox is not None:
            yield context, outbox
