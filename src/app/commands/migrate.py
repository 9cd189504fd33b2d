from typing import Annotated

import typer

from app.commands.choices import ContextName
from app.commands.terminal import AsJson, databases_of, run, settings_of, tell
from infrastructure.shared import migrations


def add(cli: typer.Typer) -> None:
    cli.command()(migrate)


def migrate(
    *,
    context: Annotated[ContextName | None, typer.Option(help="Only this context.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the tables of the contexts that are hosted here up to date."""
    settings = settings_of()
    if context:
        settings = settings.model_copy(update={"contexts": (context,)})
    with databases_of(settings):
        migrated = run(migrations.migrate(settings))
    lines = [f"{name}: brought up to date" for name in migrated] or ["all tables are up to date"]
    tell({"migrated": migrated}, "\n".join(lines), as_json=as_json)
