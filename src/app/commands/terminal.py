"""What the commands have in common: the settings, the house, and how they tell what they did."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from stamina.instrumentation import get_on_retry_hooks, set_on_retry_hooks

from app.edge.problem_kinds import kind_of
from app.settings import Settings, UnfitSettings, load_settings, name_of
from domain.shared.model import Refusal
from domain.shared.values import decimals
from infrastructure.shared import logs
from infrastructure.shared.migrations.run import FailedMigration
from infrastructure.shared.migrations.tables import NoDatabase, pending

if TYPE_CHECKING:
    from app.commands.asking import Caller

Result = TypeVar("Result")
EXIT_CODES = {
    0: "It was done.",
    1: "It could not be done now: something is away, or how it ended is not known. Try again.",
    2: "It cannot be done as it was asked: the message says what to mend.",
    3: "The answer is no: what was asked for was refused, or what was compared differs.",
}
AsJson = Annotated[bool, typer.Option("--json", help="Tell it as JSON.")]
Most = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
NARROWEST = 120


class Unusable(Exception):
    """What was asked for cannot be done as it was asked: exit code 2, and these lines."""


class Away(Exception):
    """What is needed does not answer: exit code 1, and this line."""


class AnsweredNo(Exception):
    """It was understood, and refused: exit code 3, and these lines."""


def settings_of(**chosen: object) -> Settings:
    settings = load_settings(**chosen)
    logs.configure(settings.environment)
    return settings


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do it to its end. Who waits at a terminal is told how it ended, and not of every try."""
    hooks = get_on_retry_hooks()
    set_on_retry_hooks(())
    try:
        return asyncio.run(work)
    finally:
        set_on_retry_hooks(hooks)


@contextmanager
def databases_of(settings: Settings) -> Iterator[None]:
    """A database that cannot be asked is `Away`, with the setting that names it; one that would not
    be brought up to date is `Unusable`.
    """
    try:
        yield
    except NoDatabase as away:
        is_its_own = bool(settings.of(away.context).database_url)
        named = name_of(*([away.context] if is_its_own else []), "database_url")
        raise Away(f"{away} ({named})") from away
    except FailedMigration as failed:
        raise Unusable(str(failed)) from failed


async def require_tables(settings: Settings) -> None:
    with databases_of(settings):
        behind = await pending(settings)
    if behind:
        raise Unusable(f"{', '.join(behind)}: tables are not up to date: run `freestone migrate`")


@asynccontextmanager
async def the_house(
    settings: Settings, *contexts: str, is_reading: bool = False
) -> AsyncIterator["Caller"]:
    """The house, to call these contexts in, wherever they are kept. Nothing runs there by itself.

    Where nothing `is_reading`, a call that breaks off may have been done.
    """
    from app.commands.asking import Caller
    from app.house import opened

    await require_tables(settings)
    if unplaced := settings.unplaced(frozenset(contexts)):
        raise UnfitSettings(unplaced)
    async with opened(settings) as house:
        yield Caller(house, settings, is_reading)


@contextmanager
def written_to(name: str, path: Path) -> Iterator[None]:
    """What the caller named cannot be written to: that is theirs to mend."""
    try:
        yield
    except OSError as why:
        raise Unusable(f"{name}: {path} cannot be written: {why.strerror or why}") from why


def tell(told: object, shown: str | Table, *, as_json: bool) -> None:
    """To whoever reads it: a program, or a person."""
    if as_json:
        typer.echo(to_json(told, indent=2))
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, NARROWEST)
    console.print(shown, markup=False, soft_wrap=isinstance(shown, str))


def money(minor_units: int, currency: str) -> str:
    """An amount as a person reads it: 12.50 USD."""
    places = decimals(currency)
    return f"{minor_units / 10**places:,.{places}f} {currency}"


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def words(no: Refusal) -> str:
    """Why not, for a person: what it is called, and what it is about."""
    kind = kind_of(type(no))
    about: dict[str, Any] = asdict(cast(Any, no)) if type(no) is not Refusal else {}
    because = about.pop("because", "")
    told = ", ".join(f"{name} {value}" for name, value in about.items())
    return ": ".join(part for part in (kind.title, because, told) if part)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made


def progress() -> Progress:
    """A bar for work that takes long; nothing where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
