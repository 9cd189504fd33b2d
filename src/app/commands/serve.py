import sys
from importlib.metadata import version
from typing import Annotated

import typer

from app.commands.keys_of import require_keys
from app.commands.terminal import Unusable, require_tables, run, settings_of
from app.settings import Settings


def add(cli: typer.Typer) -> None:
    cli.command()(serve)


def serve(
    contexts: Annotated[
        str, typer.Option(help="Host these alone, with commas between; as FREESTONE_CONTEXTS.")
    ] = "",
) -> None:
    """Serve until told to stop."""
    from app.house import require_placed
    from app.server import CannotServe
    from app.server import serve as serve_until_told

    settings = settings_of(contexts=contexts) if contexts else settings_of()
    require_placed(settings)
    run(require_tables(settings))
    require_keys(settings)
    if settings.environment == "development":
        _welcome(settings)
    try:
        serve_until_told(settings)
    except CannotServe as why:
        raise Unusable(str(why)) from why


def _welcome(settings: Settings) -> None:
    mode = " and interop mode: strangers are served" if settings.interop else " mode"
    typer.echo(
        f"Freestone {version('freestone')} in development{mode}. Not for production.\n"
        f"  profile   {settings.base_url}/.well-known/ucp\n"
        f"  API       {settings.base_url}/openapi.json\n"
        f"  merchant  {settings.base_url}/v1\n"
        f"  health    {settings.base_url}/readyz"
    )
    sys.stdout.flush()
