"""Writes code: `freestone new context`. For whoever extends the house, in a checkout of it."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.terminal import AsJson, Unusable, tell

MOST_TOLD = 5


def add(cli: typer.Typer) -> None:
    new = typer.Typer(help="Write code into this checkout: docs/adding-a-context.md.")
    new.callback(no_args_is_help=True)(lambda: None)
    new.command()(context)
    cli.add_typer(new, name="new")


def context(
    name: Annotated[str, typer.Argument(help="What to call it: small letters (gift_cards).")],
    *,
    aggregate: Annotated[
        str, typer.Option(help="What it keeps, as a class is called: GiftCard.")
    ] = "",
    listens: Annotated[
        str, typer.Option(help="An event that it listens to: ordering.order_placed.v1.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be written.")] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Write although there are changes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write all rooms of a new context, and register it: it passes `make check` as it is."""
    from app.scaffold.words import CannotWrite, words_of
    from app.scaffold.workshop import changes_in, write

    root = Path.cwd()
    if not (dry_run or allow_dirty) and (changes := changes_in(root)):
        raise Unusable(_dirty(changes))
    try:
        words = words_of(name, aggregate, listens)
        written = write(words, root, is_trial=dry_run)
    except CannotWrite as why:
        raise Unusable(str(why)) from why
    lines = [
        "Would write:" if dry_run else "Written:",
        *(f"  {path}" for path in written.new),
        "Would change:" if dry_run else "Changed:",
        *(f"  {path}" for path in written.changed),
    ]
    if not dry_run:
        lines += [
            "",
            "It stands, near and far. Next (docs/adding-a-context.md):",
            "  1. make check",
            f"  2. src/domain/contracts/{words.name}.py: say what others may ask of it",
            f"  3. src/domain/{words.name}/{words.thing}.py: give it its rules",
        ]
    told = {"is_written": not dry_run, "new": written.new, "changed": written.changed}
    tell(told, "\n".join(lines), as_json=as_json)


def _dirty(changes: list[str]) -> str:
    more = f", and {len(changes) - MOST_TOLD} more" if len(changes) > MOST_TOLD else ""
    return (
        f"there are changes here ({', '.join(changes[:MOST_TOLD])}{more}): commit or stash them, "
        "so that what is written can be told from them, or say --allow-dirty"
    )
