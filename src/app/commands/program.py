"""All that the program `freestone` can do for whoever runs the house."""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.commands import (
    api_keys,
    attempts,
    audit,
    backup,
    check,
    clients,
    dead_letters,
    deliveries,
    events,
    export,
    import_shop,
    keys,
    migrate,
    new,
    order,
    orders,
    payments,
    platforms,
    purge,
    restore,
    routes,
    schedules,
    seed,
    serve,
    staff,
    stock,
    subscriptions,
)
from app.commands import map as draw_map
from app.commands.asking import ContextAway
from app.commands.terminal import EXIT_CODES, AnsweredNo, Away, Unusable, words
from app.settings import UnfitSettings, unknown_names
from domain.shared.model import Conflict, OutcomeUnknown, Refusal, TryAgainLater

cli = typer.Typer(
    name="freestone",
    help="An order-to-cash backend. Settings: docs/settings.md.",
    epilog="Exit codes: " + " ".join(f"{code}: {text}" for code, text in EXIT_CODES.items()),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
BUSY = "nothing was done, try again: another process writes to the database"
COMMANDS = (
    migrate,
    import_shop,
    export,
    serve,
    order,
    orders,
    attempts,
    stock,
    subscriptions,
    staff,
    payments,
    check,
    backup,
    restore,
    dead_letters,
    deliveries,
    events,
    platforms,
    clients,
    api_keys,
    keys,
    audit,
    purge,
    seed,
    routes,
    schedules,
    draw_map,
    new,
)
for command in COMMANDS:
    command.add(cli)


def main() -> None:
    """Run a command. What the caller can mend is told in a line, without a traceback."""
    try:
        cli()
    except (UnfitSettings, Unusable) as unfit:
        _end(str(unfit), code=2)
    except AnsweredNo as no:
        _end(str(no), code=3)
    except Refusal as no:
        _end(words(no), code=3)
    except TryAgainLater as busy:
        _end(f"nothing was done, try again: {busy} met one conflict after another", code=1)
    except Conflict:
        _end(BUSY, code=1)
    except (Away, ContextAway) as away:
        _end(str(away), code=1)
    except OutcomeUnknown as failure:
        _end(f"it is not known whether this was done, do it again: {failure}", code=1)
    except SQLAlchemyError as failure:
        named = "FREESTONE_DATABASE_URL, or the setting of the context's own"
        _end(f"a database did not do it ({named}): {getattr(failure, 'orig', failure)}", code=1)
    except OSError as failure:
        _end(str(failure), code=1)


@cli.callback()
def before(
    _version: Annotated[  # noqa: FBT002  # read by its callback
        bool,
        typer.Option(
            "--version",
            callback=lambda is_asked: _tell_version(is_asked),
            is_eager=True,
            help="Tell the version and leave.",
        ),
    ] = False,
) -> None:
    for name in unknown_names(os.environ):
        typer.echo(f"{name}: there is no such setting; it is ignored", err=True)


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001  # typer hands it over like this
    if is_asked:
        typer.echo(f"freestone {version('freestone')}")
        raise typer.Exit


def _end(text: str, *, code: int) -> None:
    typer.echo(text if code != 1 else text.partition("\n")[0], err=True)
    sys.exit(code)
