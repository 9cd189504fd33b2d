from typing import Annotated, Any

import typer
from fastapi.routing import APIRoute

from app.commands.terminal import AsJson, run, settings_of, table, tell
from app.settings import Settings

COLUMNS = ("method", "path", "access", "scope", "operation")


def add(cli: typer.Typer) -> None:
    cli.command()(routes)


def routes(
    *,
    internal: Annotated[
        bool, typer.Option("--internal", help="The calls of our other processes too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What this deployment answers to, and who may ask for it."""
    found = run(_routes(settings_of(), internal=internal))
    shown = table(COLUMNS, [[one[column] for column in COLUMNS] for one in found])
    tell(found, shown, as_json=as_json)


async def _routes(settings: Settings, *, internal: bool) -> list[dict[str, Any]]:
    from app.edge.access import declaration
    from app.house import opened
    from app.main import public_routers

    async with opened(settings) as house:
        found = [
            _row(method, route.path, said.level, said.scope, route.operation_id)
            for router in public_routers(house, settings)
            for route in router.routes
            if isinstance(route, APIRoute)
            for said in [declaration(route)]
            for method in sorted(route.methods or ())
        ]
    return found + (_internal(settings) if internal else [])


def _internal(settings: Settings) -> list[dict[str, Any]]:
    from app.context_map import CONSUMERS, CONTRACTS
    from infrastructure.shared.calls.wire import calls

    events = [
        f"/internal/{context}/events" for context in settings.contexts if context in CONSUMERS
    ]
    asked = [
        f"/internal/{context}/{name}"
        for context in settings.contexts
        for name in calls(CONTRACTS[context])
    ]
    return [_row("POST", path, "internal") for path in (*events, *asked)]


def _row(
    method: str, path: str, access: str, scope: str = "", operation: str | None = None
) -> dict[str, Any]:
    row = (method, path, access, scope or None, operation)
    return dict(zip(COLUMNS, row, strict=True))
