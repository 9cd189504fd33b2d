from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from app.commands.kept_files import kept_files
from app.commands.terminal import (
    AsJson,
    Unusable,
    moment,
    settings_of,
    tell,
)
from infrastructure.shared.backup.folder import Copy, Kept, Manifest, UnfitBackup, opened
from infrastructure.shared.backup.sqlite_backup import CannotCopy, heads_in
from infrastructure.shared.backup.sqlite_restore import Swap, swap_all
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.sqlite_lock import ServedAlready, only_server_of
from infrastructure.shared.migrations.line import steps

THEN = "Next: `freestone migrate`, `freestone serve`, `freestone check`, `freestone payments reconcile`."


def add(cli: typer.Typer) -> None:
    cli.command()(restore)


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `freestone backup` made.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Put the files of a backup in the place of those of the contexts that are hosted here.

    Nothing is touched unless the backup is whole, of this release or an earlier one, and no server
    runs. What is replaced is kept beside, under another name. Where it breaks off, it is given again.
    """
    settings = settings_of()
    manifest = _whole(source)
    kept = kept_files(settings)
    swaps = [Swap(one.file, source / _copy_for(one, manifest).name) for one in kept]
    with ExitStack() as stack:
        for url in sorted({settings.database_of(context) for context in settings.contexts}):
            try:
                stack.enter_context(only_server_of(url))
            except ServedAlready as taken:
                raise Unusable(f"nothing was restored: {taken}: stop it first") from taken
        replaced = swap_all(swaps, utc_now())
    told = {
        "taken_at": manifest.taken_at,
        "restored": [swap.file for swap in swaps],
        "replaced": replaced,
    }
    lines = [f"restored {swap.file}" for swap in swaps]
    lines += [f"what was there is kept as {file}" for file in replaced]
    lines += [f"All is as it was at {moment(manifest.taken_at)} UTC.", THEN]
    tell(told, "\n".join(lines), as_json=as_json)


def _whole(source: Path) -> Manifest:
    try:
        manifest = opened(source)
        for copy in manifest.copies:
            _require_known(source / copy.name, copy)
    except (UnfitBackup, CannotCopy) as unfit:
        raise Unusable(f"SOURCE: nothing was restored: {unfit}") from unfit
    return manifest


def _require_known(file: Path, copy: Copy) -> None:
    for context, heads in heads_in(file, copy.contexts).items():
        if newer := set(heads) - {step.revision for step in steps(context)}:
            raise UnfitBackup(
                f"the tables of {context} are of a later release, which knows migration {min(newer)}"
            )


def _copy_for(kept: Kept, manifest: Manifest) -> Copy:
    """The copy that has all that one file here is to have."""
    for copy in manifest.copies:
        if set(kept.contexts) <= set(copy.contexts):
            return copy
    raise Unusable(
        f"SOURCE: nothing was restored: no file of it has all of {', '.join(kept.contexts)}, which "
        f"are kept in {kept.file}: it was made where contexts were kept otherwise"
    )
