from typing import Annotated

import typer

from app.commands.choices import ContextName
from app.commands.keys_of import require_keys
from app.commands.terminal import AsJson, databases_of, run, settings_of, tell
from infrastructure.shared.migrations import tables


def add(cli: typer.Typer) -> None:
    cli.command()(migrate)


def migrate(
    *,
    context: Annotated[ContextName | None, typer.Option(help="Only this context.")] = None,
    contract: Annotated[
        bool,
        typer.Option(
            "--contract",
            help="Take away too what only the release before needs: no process of it runs any more.",
        ),
    ] = False,
    patience: Annotated[
        float, typer.Option(min=0, help="So many seconds for others who are in the way.")
    ] = tables.PATIENCE_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Bring the tables of the contexts that are hosted here up to date.

    As many processes as like may do it at once, and one that was killed is gone on with.
    """
    settings = settings_of()
    if context:
        settings = settings.model_copy(update={"contexts": (context,)})
    with databases_of(settings):
        told = run(tables.migrate(settings, contract=contract, patience_seconds=patience))
    require_keys(settings)
    by: dict[str, list[str]] = {}
    for step in told.taken:
        by.setdefault(step.context, []).append(step.revision)
    lines = [f"{name}: brought up to date by {', '.join(these)}" for name, these in by.items()]
    lines = lines or ["all tables are up to date"]
    lines += [f"{step}: waits for `freestone migrate --contract`" for step in told.waiting]
    steps, waiting = (
        [{"context": step.context, "revision": step.revision, "about": step.about} for step in some]
        for some in (told.taken, told.waiting)
    )
    told_as = {"migrated": list(by), "steps": steps, "waiting": waiting}
    tell(told_as, "\n".join(lines), as_json=as_json)
