"""Events that a consumer could not work through, however often: what to do with them is decided here.

One that is dead holds up what follows it in its aggregate, for its consumer.
"""

from typing import Annotated
from uuid import UUID

import typer

from app.commands.noted import noted
from app.commands.paging import every
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
from app.context_map import CONSUMERS
from app.settings import CONTEXTS
from domain.shared.dead_letters import (
    DeadLetter,
    DeadLetterStandsOtherwise,
    ListDeadLetters,
    RedriveDeadLetter,
    SkipDeadLetter,
    UnknownDeadLetter,
    place_of,
)

EventId = Annotated[str, typer.Argument(help="The event, as `list` names it.")]
Consumer = Annotated[str, typer.Argument(help="Who could not work it through, as `list` says.")]

DEEDS = {
    RedriveDeadLetter: ("redrive_dead_letter", "redrive"),
    SkipDeadLetter: ("skip_dead_letter", "skip"),
}
"""What each decision is called in the audit log, and in the merchant API."""


def add(cli: typer.Typer) -> None:
    letters = typer.Typer(
        help="Events that could not be worked through: list, redrive, skip.", no_args_is_help=True
    )
    letters.command("list")(list_letters)
    letters.command()(redrive)
    letters.command()(skip)
    cli.add_typer(letters, name="dead-letters")


def list_letters(*, limit: Most = 100, as_json: AsJson = False) -> None:
    """Dead letters of all contexts, wherever they are placed, the oldest first.

    Those that do not answer, or are neither hosted here nor placed elsewhere, are named on standard
    error, and the exit code is 1 or 2: theirs are missing.
    """
    letters, away, unplaced = run(_letters(limit))
    rows = [(one.event_id, one.consumer, one.name, one.attempts, one.error) for one in letters]
    shown = table(("event", "consumer", "what happened", "tries", "why not"), rows)
    missing = away + unplaced
    none = "no dead letters were found" if missing else "there are no dead letters"
    tell(letters, shown if letters else none, as_json=as_json)
    if missing:
        typer.echo("\n".join(missing), err=True)
        raise typer.Exit(1 if away else 2)


def redrive(event: EventId, consumer: Consumer, *, as_json: AsJson = False) -> None:
    """Have a consumer try again from the start, now that what stood in its way is mended."""
    letter = run(_decided(RedriveDeadLetter, event, consumer))
    shown = f"{event} is tried again by {consumer}"
    tell(_told(letter), shown, as_json=as_json)


def skip(event: EventId, consumer: Consumer, *, as_json: AsJson = False) -> None:
    """Give an event up for a consumer, for good, and let what follows it pass."""
    letter = run(_decided(SkipDeadLetter, event, consumer))
    shown = f"{event} is given up for {consumer}"
    tell(_told(letter), shown, as_json=as_json)


def _told(letter: DeadLetter) -> dict[str, object]:
    return {"event_id": letter.event_id, "consumer": letter.consumer, "state": letter.state}


async def _letters(most: int) -> tuple[list[DeadLetter], list[str], list[str]]:
    """What could be found; a line for each context that is away, and for each that is not placed."""
    from app.commands.asking import ContextAway

    found, away = list[DeadLetter](), list[str]()
    async with the_house(settings_of(), is_reading=True) as house:
        for its in house.dead_letters().values():
            try:
                async for one in every(its.list_dead_letters, ListDeadLetters(), most=most):
                    found.append(one)
            except ContextAway as no:
                away.append(str(no))
        unplaced = house.settings.unplaced(frozenset(CONSUMERS) - house.dead_letters().keys())
    return sorted(found, key=lambda one: place_of(one.place))[:most], away, unplaced


async def _decided(
    decision: type[RedriveDeadLetter] | type[SkipDeadLetter], event: str, consumer: str
) -> DeadLetter:
    try:
        event_id = UUID(event)
    except ValueError:
        raise Unusable(f"EVENT: {event!r} is no id of an event") from None
    context = consumer.partition(".")[0]
    if context not in CONTEXTS:
        raise Unusable(f"CONSUMER: {consumer!r} is no consumer; they begin with their context")
    message = decision(event_id=event_id, consumer=consumer)
    async with the_house(settings_of(), context, "identity") as house:
        if not (letters := house.dead_letters().get(context)):
            raise Unusable(f"CONSUMER: {context} listens to nothing")

        async def decide() -> DeadLetter:
            if isinstance(message, RedriveDeadLetter):
                return await letters.redrive_dead_letter(message)
            return await letters.skip_dead_letter(message)

        deed, last = DEEDS[decision]
        subject = f"/v1/dead-letters/evt_{event_id.hex}.{consumer}/{last}"
        try:
            return await noted(house, deed, subject, decide)
        except UnknownDeadLetter:
            raise Unusable(f"{event} is no dead letter of {consumer}") from None
        except DeadLetterStandsOtherwise as no:
            raise Unusable(f"{event} is {no.state} for {consumer}") from None
