"""Events that a consumer could not work through, however often: what to do with them is decided here.

One that is dead holds up what follows it in its aggregate, for its consumer.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from app.commands.terminal import (
    AsJson,
    Most,
    Unusable,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from app.settings import CONTEXTS

if TYPE_CHECKING:
    from app.commands.asking import Caller

EventId = Annotated[str, typer.Argument(help="The event, as `list` names it.")]
Consumer = Annotated[str, typer.Argument(help="Who could not work it through, as `list` says.")]


def add(cli: typer.Typer) -> None:
    letters = typer.Typer(
        help="Events that could not be worked through: list, redrive, skip.", no_args_is_help=True
    )
    letters.command("list")(list_letters)
    letters.command()(redrive)
    letters.command()(skip)
    cli.add_typer(letters, name="dead-letters")


def list_letters(*, limit: Most = 100, as_json: AsJson = False) -> None:
    """Dead letters of the contexts that are hosted here, the oldest first."""
    letters = run(_letters(limit))
    rows = [
        (one["event_id"], one["consumer"], one["name"], one["attempts"], one["error"])
        for one in letters
    ]
    shown = table(("event", "consumer", "what happened", "tries", "why not"), rows)
    tell(letters, shown if letters else "there are no dead letters", as_json=as_json)


def redrive(event: EventId, consumer: Consumer, *, as_json: AsJson = False) -> None:
    """Have a consumer try again from the start, now that what stood in its way is mended."""
    run(_decided("redrive", event, consumer))
    shown = f"{event} is tried again by {consumer}"
    tell({"event_id": event, "consumer": consumer, "state": "pending"}, shown, as_json=as_json)


def skip(event: EventId, consumer: Consumer, *, as_json: AsJson = False) -> None:
    """Give an event up for a consumer, for good, and let what follows it pass."""
    run(_decided("skip", event, consumer))
    shown = f"{event} is given up for {consumer}"
    tell({"event_id": event, "consumer": consumer, "state": "skipped"}, shown, as_json=as_json)


async def _letters(most: int) -> list[dict[str, Any]]:
    settings = settings_of()
    async with the_house(settings) as house:
        inboxes = [house.kept(context).inbox for context in settings.contexts]
        found = [
            asdict(one) for box in inboxes if box is not None for one in await box.dead(most=most)
        ]
    return sorted(found, key=lambda one: (one["occurred_at"], one["consumer"]))[:most]


async def _decided(how: str, event: str, consumer: str) -> None:
    settings = settings_of()
    try:
        event_id = UUID(event)
    except ValueError:
        raise Unusable(f"EVENT: {event!r} is no id of an event") from None
    async with the_house(settings) as house:
        inbox = _inbox_of(house, consumer, settings.contexts)
        if not await getattr(inbox, how)(event_id, consumer):
            raise Unusable(f"{event} is no dead letter of {consumer}")


def _inbox_of(house: "Caller", consumer: str, hosted: tuple[str, ...]) -> object:
    context = consumer.partition(".")[0]
    if context not in CONTEXTS:
        raise Unusable(f"CONSUMER: {consumer!r} is no consumer; they begin with their context")
    if context not in hosted:
        raise Unusable(f"CONSUMER: {context} is not hosted here (FREESTONE_CONTEXTS)")
    if (inbox := house.kept(context).inbox) is None:
        raise Unusable(f"CONSUMER: {context} listens to nothing")
    return inbox
