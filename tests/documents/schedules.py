"""docs/processes.md: what goes on by itself in a house that keeps every context."""

from asyncio import run

from app.commands.schedules import COLUMNS, scheduled
from app.settings import Settings
from tests.documents.markdown import table


def told() -> str:
    found = run(scheduled(Settings(environment="development")))
    return table(COLUMNS, [tuple(one[column] for column in COLUMNS) for one in found])
