from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from app.commands.kept_files import kept_files
from app.commands.terminal import (
    AsJson,
    Away,
    Unusable,
    moment,
    progress,
    settings_of,
    table,
    tell,
    written_to,
)
from infrastructure.shared.backup.folder import Kept, Manifest, growing, take
from infrastructure.shared.backup.sqlite_backup import CannotCopy


def add(cli: typer.Typer) -> None:
    cli.command()(backup)


def backup(
    target: Annotated[Path, typer.Argument(help="A folder, which is made and must not be there.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Copy the SQLite files of the contexts that are hosted here, while the shop is open.

    All of them as they were at one moment, checked, with a manifest. Where one is kept on a server,
    nothing is done: docs/backup.md says how that is backed up.
    """
    kept = kept_files(settings_of())
    if missing := [one.file for one in kept if not one.file.exists()]:
        raise Unusable(f"{missing[0]} is not there: run `freestone migrate` first")
    for path in (target, growing(target)):
        if path.exists():
            raise Unusable(f"TARGET: {path} is there already: nothing is written over")
    taken = _taken(kept, target)
    shown = table(
        ("file", "contexts", "bytes"),
        [(target / one.name, ", ".join(one.contexts), f"{one.size:,}") for one in taken.copies],
    )
    tell(taken, shown, as_json=as_json)
    typer.echo(f"as of {moment(taken.taken_at)} UTC", err=True)


def _taken(kept: list[Kept], target: Path) -> Manifest:
    try:
        with written_to("TARGET", target), progress() as bar:
            return take(kept, target, version("freestone"), _shown_on(bar))
    except CannotCopy as why:
        raise Away(f"nothing was backed up: {why}") from why


def _shown_on(bar: Progress) -> Callable[[Path, int, int], None]:
    tasks: dict[Path, TaskID] = {}

    def done(file: Path, left: int, whole: int) -> None:
        if file not in tasks:
            tasks[file] = bar.add_task(file.name)
        bar.update(tasks[file], total=whole, completed=whole - left)

    return done
