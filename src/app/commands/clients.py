from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.commands.choices import AuthMethod, ClientKind
from app.commands.paging import every
from app.commands.terminal import (
    AsJson,
    Most,
    moment,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.identity import (
    ClientDetails,
    ClientId,
    ClientRegistered,
    GetClient,
    Identity,
    KeptClient,
    ListClients,
    RegisterClient,
    UpdateClient,
)

KEYS = "A file with its public keys (a JWK Set), for private_key_jwt."
SCOPE = "What it may ask for; as often as there are scopes."


def add(cli: typer.Typer) -> None:
    clients = typer.Typer(
        help="Who acts for buyers and staff here (OAuth 2.0): add, list, disable.",
        no_args_is_help=True,
    )
    clients.command("add")(add_client)
    clients.command("list")(list_clients)
    clients.command()(disable)
    clients.command()(enable)
    cli.add_typer(clients, name="clients")


def add_client(
    client_id: Annotated[str, typer.Argument(help="What it says it is.")],
    *,
    name: Annotated[str, typer.Option(help="What people are told that it is; else its id.")] = "",
    kind: Annotated[
        ClientKind, typer.Option(help="Of buyers, of staff, or one that asks what a token is.")
    ] = "platform",
    redirect: Annotated[
        list[str] | None, typer.Option(help="Where it is answered (https://...); several times.")
    ] = None,
    auth: Annotated[AuthMethod, typer.Option(help="How it shows that it is itself.")] = (
        "client_secret_basic"
    ),
    keys: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, readable=True, help=KEYS)
    ] = None,
    scope: Annotated[list[str] | None, typer.Option(help=SCOPE)] = None,
    profile: Annotated[
        str, typer.Option(help="The one UCP profile it may come with (https://...).")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Register a client, and tell its secret, if it has one: this once, and never again."""
    details = ClientDetails(
        client_id=ClientId(client_id),
        name=name or client_id,
        kind=kind,
        redirect_uris=tuple(redirect or ()),
        auth_method=auth,
        public_keys=keys.read_text("utf-8") if keys else "",
        scopes=tuple(scope or ()),
        profile_url=profile or None,
    )
    made = run(_registered(details))
    shown = f"{client_id} is registered" + (
        f". Its secret, shown only now: {made.secret}" if made.secret else ""
    )
    tell({"client_id": client_id, "client_secret": made.secret}, shown, as_json=as_json)


def list_clients(*, limit: Most = 100, as_json: AsJson = False) -> None:
    """The clients there are, by their ids."""
    found = run(_found(limit))
    rows = [
        (
            one.details.client_id,
            one.details.name,
            one.details.kind,
            one.details.auth_method,
            " ".join(one.details.scopes),
            moment(one.registered_at),
            "disabled" if one.details.is_disabled else "",
        )
        for one in found
    ]
    columns = ("id", "name", "kind", "shows itself by", "scopes", "registered", "")
    tell(found, table(columns, rows), as_json=as_json)


WhichClient = Annotated[str, typer.Argument(help="Which, by its id.")]


def disable(client_id: WhichClient, *, as_json: AsJson = False) -> None:
    """Let it do nothing any more: its tokens and keys are good for nothing within a second."""
    kept = run(_changed(ClientId(client_id), is_disabled=True))
    tell(kept, f"{client_id} is disabled", as_json=as_json)


def enable(client_id: WhichClient, *, as_json: AsJson = False) -> None:
    """Let it do again what it may, with what it was granted before, if that has not ended."""
    kept = run(_changed(ClientId(client_id), is_disabled=False))
    tell(kept, f"{client_id} is enabled", as_json=as_json)


async def _registered(details: ClientDetails) -> ClientRegistered:
    async with the_house(settings_of(), "identity") as house:
        return await house.contract(Identity).register_client(RegisterClient(details=details))


async def _found(most: int) -> list[KeptClient]:
    async with the_house(settings_of(), "identity", is_reading=True) as house:
        call = house.contract(Identity).list_clients
        return [one async for one in every(call, ListClients(), most=most)]


async def _changed(client_id: ClientId, *, is_disabled: bool) -> KeptClient:
    async with the_house(settings_of(), "identity") as house:
        identity = house.contract(Identity)
        known = await identity.get_client(GetClient(client_id=client_id))
        details = replace(known.details, is_disabled=is_disabled)
        return await identity.update_client(UpdateClient(details=details, version=known.version))
