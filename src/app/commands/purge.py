"""Deletes what nobody will ask for any more: a server does it by itself, a little at a time."""

from typing import Annotated

import typer

from app.commands.terminal import AsJson, progress, run, settings_of, table, tell, the_house

DRY = "Delete nothing: tell how much there is."


def add(cli: typer.Typer) -> None:
    cli.command()(purge)


def purge(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=DRY)] = False,
    as_json: AsJson = False,
) -> None:
    """Delete old events, claims, attempts and abandoned checkouts of the contexts hosted here.

    How old is in FREESTONE_KEEP_..._DAYS. Orders stay, and so does all that belongs to them. It may be
    stopped and started again at any time, also while the shop is open.
    """
    counts = run(_purged(is_dry=dry_run))
    shown = table(("table", "would be deleted" if dry_run else "deleted"), counts.items())
    tell(counts, shown, as_json=as_json)


async def _purged(*, is_dry: bool) -> dict[str, int]:
    settings = settings_of()
    async with the_house(settings) as house:
        purges = [p for c in settings.contexts if (p := house.kept(c).purge) is not None]
        old = {name: n for purge in purges for name, n in (await purge.count()).items()}
        if is_dry:
            return old
        with progress() as bar:
            task = bar.add_task("deleting", total=sum(old.values()))
            for purge in purges:
                await purge(lambda rows: bar.advance(task, rows))
        left = {name: n for purge in purges for name, n in (await purge.count()).items()}
        return {name: n - left[name] for name, n in old.items()}
