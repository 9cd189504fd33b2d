from hashlib import sha256
from secrets import token_urlsafe
from typing import Annotated

import typer

from app.commands.terminal import AsJson, Unusable, run, settings_of, tell, the_house
from app.settings import Settings

LONGEST_NAME = 64


def add(cli: typer.Typer) -> None:
    platforms = typer.Typer(help="Who may send us buyers.", no_args_is_help=True)
    platforms.command("add")(add_platform)
    cli.add_typer(platforms, name="platforms")


def add_platform(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    *,
    profile: Annotated[
        str, typer.Option(help="The one profile it may come with (https://...).")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Register a platform, and tell its API key: this once, and never again."""
    if not (name.isascii() and name.isprintable() and " " not in name) or not (
        0 < len(name) <= LONGEST_NAME
    ):
        raise Unusable(f"NAME: 1 to {LONGEST_NAME} printable ASCII characters without spaces")
    if profile and not profile.startswith("https://"):
        raise Unusable("--profile: must begin with https://")
    key = token_urlsafe(32)
    digest = sha256(key.encode()).hexdigest()
    run(_registered(settings_of(), name, digest, profile or None))
    shown = f"API key of {name}, shown only now: {key}"
    tell({"name": name, "api_key": key}, shown, as_json=as_json)


async def _registered(settings: Settings, name: str, digest: str, profile: str | None) -> None:
    from domain.contracts.ordering import NameTaken, Ordering, RegisterPlatform

    message = RegisterPlatform(name=name, key_digest=digest, profile_url=profile)
    async with the_house(settings, "ordering") as house:
        try:
            await house.contract(Ordering).register_platform(message)
        except NameTaken as taken:
            raise Unusable(f"NAME: there is a platform {name} already") from taken
