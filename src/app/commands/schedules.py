import typer

from app.commands.terminal import AsJson, run, settings_of, table, tell
from app.settings import Settings

COLUMNS = ("name", "every", "by", "does")


def add(cli: typer.Typer) -> None:
    cli.command()(schedules)


def schedules(*, as_json: AsJson = False) -> None:
    """What goes on here by itself, how often, and which process does it."""
    found = run(scheduled(settings_of()))
    shown = table(COLUMNS, [[one[column] for column in COLUMNS] for one in found])
    tell(found, shown, as_json=as_json)


async def scheduled(settings: Settings) -> list[dict[str, str]]:
    from app.house import opened

    async with opened(settings) as house:
        return [
            {
                "name": routine.name,
                "every": f"{routine.every_seconds:g} s" if routine.every_seconds else "woken",
                "by": "one, by its lease" if routine.is_leased else "each process",
                "does": routine.does,
            }
            for routine in house.routines
        ]
