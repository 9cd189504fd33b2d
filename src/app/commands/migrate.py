from typing import Annotated

import typer

from app.commands.terminal import AsJson, Unusable, run, settings_of, tell
from app.settings import CONTEXTS
from infrastructure.shared import migrations


def add(cli: typer.Typer) -> None:
    cli.command()(migrate)


def migrate(
    *,
    context: Annotated[str, typer.Option(help="Only this context.")] = "",
    as_json: AsJson = False,
) -> None:
    """Bring the tables of the contexts that are hosted here up to date."""
    settings = settings_of()
    if context:
        if context not in CONTEXTS:
            raise Unusable(f"--context: there is no {context!r}, only {', '.join(CONTEXTS)}")
        settings = settings.model_copy(update={"contexts": (context,)})
    migrated = run(migrations.migrate(settings))
    lines = [f"{name}: brought up to date" for name in migrated] or ["all tables are up to date"]
    tell({"migrated": migrated}, "\n".join(lines), as_json=as_json)
