import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated
from uuid import UUID

import typer

from app.commands.paging import every
from app.commands.terminal import (
    AsJson,
    Most,
    Unusable,
    moment,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.identity import (
    ROLES,
    ApiKeyDetails,
    ApiKeyMade,
    ClientId,
    EndApiKey,
    Identity,
    KeyId,
    ListApiKeys,
    MakeApiKey,
    digest,
)
from infrastructure.shared.clock import utc_now

PREFIX = "fsk_"
IN_FILE = "Keep it in this file, for its owner alone; one that is there already is made good."
SCOPE = "What it opens (orders:read); as often as there are scopes."


def add(cli: typer.Typer) -> None:
    keys = typer.Typer(help="Keys of machines: make, list, end.", no_args_is_help=True)
    keys.command()(make)
    keys.command("list")(list_keys)
    keys.command()(end)
    cli.add_typer(keys, name="api-keys")


def make(
    name: Annotated[str, typer.Argument(help="What to call it: who asks is told by it.")],
    *,
    scope: Annotated[list[str] | None, typer.Option(help=SCOPE)] = None,
    role: Annotated[str, typer.Option(help="Or all that this role may (owner, manager).")] = "",
    client: Annotated[str, typer.Option(help="The platform whose key it is.")] = "",
    days: Annotated[int, typer.Option(min=0, help="It ends after so many days; 0: never.")] = 0,
    file: Annotated[Path | None, typer.Option("--in", help=IN_FILE)] = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key, and tell it: this once, and never again."""
    if role and role not in ROLES:
        raise Unusable(f"--role: there is no role {role!r}, only {', '.join(ROLES)}")
    known = kept_in(file) if file else None
    message = MakeApiKey(
        name=name,
        scopes=tuple(sorted({*(scope or ()), *ROLES.get(role, ())})),
        key_digest=digest(known) if known else None,
        client_id=ClientId(client) if client else None,
        expires_at=utc_now() + timedelta(days=days) if days else None,
    )
    made = run(_made(message))
    if file:
        tell({"key_id": str(made.details.key_id)}, f"{name}: its key is in {file}", as_json=as_json)
        return
    told = {"key_id": str(made.details.key_id), "name": name, "api_key": made.key}
    tell(told, f"API key of {name}, shown only now: {made.key}", as_json=as_json)


def list_keys(*, limit: Most = 100, as_json: AsJson = False) -> None:
    """The API keys there are and were, by how they begin; the oldest first."""
    found = run(_found(limit))
    rows = [
        (
            one.key_id,
            one.prefix,
            one.name,
            one.client_id,
            " ".join(one.scopes),
            *(moment(at) if at else None for at in (one.used_at, one.expires_at, one.ended_at)),
        )
        for one in found
    ]
    columns = ("id", "begins", "name", "platform", "scopes", "used", "expires", "ended")
    tell(found, table(columns, rows), as_json=as_json)


def end(
    key_id: Annotated[UUID, typer.Argument(help="Which, by its id.")], *, as_json: AsJson = False
) -> None:
    """End an API key: it opens nothing from now on. Ending one again changes nothing."""
    ended = run(_ended(KeyId(key_id)))
    tell(ended, f"{ended.prefix or ended.name} has ended", as_json=as_json)


def kept_in(file: Path) -> str:
    """The key in a file, which nobody but its owner can read; a new one, if there is no file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as new:
                new.write(PREFIX + token_urlsafe(32))
        key = file.read_text().strip()
    except OSError as why:
        raise Unusable(f"--in: {file}: {why.strerror or why}") from why
    if not key.startswith(PREFIX):
        raise Unusable(f"--in: {file} holds no API key")
    return key


async def _made(message: MakeApiKey) -> ApiKeyMade:
    async with the_house(settings_of(), "identity") as house:
        return await house.contract(Identity).make_api_key(message)


async def _found(most: int) -> list[ApiKeyDetails]:
    async with the_house(settings_of(), "identity", is_reading=True) as house:
        call = house.contract(Identity).list_api_keys
        return [one async for one in every(call, ListApiKeys(), most=most)]


async def _ended(key_id: KeyId) -> ApiKeyDetails:
    async with the_house(settings_of(), "identity") as house:
        return await house.contract(Identity).end_api_key(EndApiKey(key_id=key_id))
