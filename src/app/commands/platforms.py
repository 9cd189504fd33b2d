from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.paging import every
from app.commands.terminal import AsJson, Unusable, run, settings_of, tell, the_house
from domain.contracts.identity import (
    SHOPPING_SCOPES,
    ClientDetails,
    ClientExists,
    ClientId,
    Identity,
    MakeApiKey,
    RegisterClient,
)
from domain.contracts.ordering import KnownPlatform, ListPlatforms, Ordering

if TYPE_CHECKING:
    from app.commands.asking import Caller

LONGEST_NAME = 64


def add(cli: typer.Typer) -> None:
    platforms = typer.Typer(help="Who may send us buyers.", no_args_is_help=True)
    platforms.command("add")(add_platform)
    platforms.command()(move)
    cli.add_typer(platforms, name="platforms")


def add_platform(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    *,
    profile: Annotated[
        str, typer.Option(help="The one profile it may come with (https://...).")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Register a platform, and tell its API key: this once, and never again.

    One that links accounts of buyers is registered by `clients add`, with where it is answered.
    """
    if not (name.isascii() and name.isprintable() and " " not in name) or not (
        0 < len(name) <= LONGEST_NAME
    ):
        raise Unusable(f"NAME: 1 to {LONGEST_NAME} printable ASCII characters without spaces")
    if profile and not profile.startswith("https://"):
        raise Unusable("--profile: must begin with https://")
    key = run(_registered(name, profile or None))
    shown = f"API key of {name}, shown only now: {key}"
    tell({"name": name, "api_key": key}, shown, as_json=as_json)


def move(*, as_json: AsJson = False) -> None:
    """Let identity know the platforms that ordering knew, with the keys that they have. Once is
    enough, after `freestone migrate`; again changes nothing.
    """
    names = run(_moved())
    shown = f"moved: {', '.join(names)}" if names else "ordering knows no platforms"
    tell({"platforms": names}, shown, as_json=as_json)


async def _registered(name: str, profile: str | None) -> str | None:
    async with the_house(settings_of(), "identity") as house:
        identity = house.contract(Identity)
        client = a_platform(name, profile)
        try:
            await identity.register_client(RegisterClient(details=client))
        except ClientExists as taken:
            raise Unusable(f"NAME: there is a platform {name} already") from taken
        made = await identity.make_api_key(MakeApiKey(name=name, client_id=client.client_id))
        return made.key


async def _moved() -> list[str]:
    async with the_house(settings_of(), "identity", "ordering") as house:
        call = house.contract(Ordering).list_platforms
        known = [one async for one in every(call, ListPlatforms())]
        for platform in known:
            await _adopt(house, platform)
        return [platform.name for platform in known]


async def _adopt(house: "Caller", platform: KnownPlatform) -> None:
    identity = house.contract(Identity)
    client = a_platform(platform.name, platform.profile_url)
    with suppress(ClientExists):  # it was moved before, or that broke off behind this
        await identity.register_client(RegisterClient(details=client))
    key = MakeApiKey(name=platform.name, client_id=client.client_id, key_digest=platform.key_digest)
    await identity.make_api_key(key)


def a_platform(name: str, profile: str | None) -> ClientDetails:
    return ClientDetails(
        client_id=ClientId(name), name=name, scopes=SHOPPING_SCOPES, profile_url=profile
    )
