"""The program `freestone`: what whoever runs the house does with it from a terminal."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.settings import CONTEXTS, Settings, UnfitSettings, load_settings, unknown_names
from domain.shared.model import OutcomeUnknown, TryAgainLater
from infrastructure.shared import logs, migrations

IMPORTED = frozenset(("catalog", "customers", "fulfillment", "inventory", "pricing"))
MOST_MISTAKES_TOLD = 100
LONGEST_NAME = 64
cli = typer.Typer(
    name="freestone",
    help="An order-to-cash backend. Settings: docs/settings.md.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
platforms = typer.Typer(help="Who may send us buyers.", no_args_is_help=True)
cli.add_typer(platforms, name="platforms")


class Unusable(Exception):
    """What was asked for cannot be done as it was asked: exit code 2, and these lines."""


def main() -> None:
    """Run a command. What the caller can mend is told in a line, without a traceback."""
    try:
        cli()
    except (UnfitSettings, Unusable) as unfit:
        _end(str(unfit), code=2)
    except (OutcomeUnknown, TryAgainLater) as failure:
        _end(f"it is not known whether this was done, do it again: {failure}", code=1)
    except (SQLAlchemyError, OSError) as failure:
        _end(str(failure).partition("\n")[0], code=1)


@cli.callback()
def before(
    _version: Annotated[  # noqa: FBT002  # read by its callback
        bool,
        typer.Option(
            "--version",
            callback=lambda is_asked: _tell_version(is_asked),
            is_eager=True,
            help="Tell the version and leave.",
        ),
    ] = False,
) -> None:
    for name in unknown_names(os.environ):
        typer.echo(f"{name}: there is no such setting; it is ignored", err=True)


@cli.command()
def migrate(
    context: Annotated[str, typer.Option(help="Only this context.")] = "",
) -> None:
    """Bring the tables of the contexts that are hosted here up to date."""
    settings = _settings()
    if context:
        if context not in CONTEXTS:
            raise Unusable(f"--context: there is no {context!r}, only {', '.join(CONTEXTS)}")
        settings = settings.model_copy(update={"contexts": (context,)})
    for name in asyncio.run(migrations.migrate(settings)) or [""]:
        typer.echo(f"{name}: brought up to date" if name else "all tables are up to date")


@cli.command("import")
def import_shop(
    folder: Annotated[Path, typer.Argument(help="A folder of CSV files: docs/importing.md.")],
    *,
    into_empty: Annotated[
        bool, typer.Option("--into-empty", help="Do nothing if something is for sale already.")
    ] = False,
) -> None:
    """Check every file of a shop, then put the shop in place; doing it again changes nothing."""
    from app.importer.shop import UnfitShop, read_shop

    settings = _settings()
    try:
        shop = read_shop(folder)
        if _run(_imported(settings, shop, into_empty=into_empty)):
            typer.echo(
                f"imported {len(shop.products)} products, {len(shop.counts)} stock counts, "
                f"{len(shop.customers)} customers, {len(shop.rates)} shipping rates, "
                f"{len(shop.discounts)} discounts, {len(shop.promotions)} promotions, "
                f"{len(shop.tax_rates)} tax rates"
            )
            if shop.instruments:
                typer.echo(f"passed over {shop.instruments} payment instruments: none are stored")
        else:
            typer.echo("something is for sale already: nothing was imported")
    except UnfitShop as unfit:
        told = unfit.mistakes[:MOST_MISTAKES_TOLD]
        if more := len(unfit.mistakes) - len(told):
            told.append(f"... and {more} more")
        raise Unusable("\n".join(told)) from unfit


@cli.command()
def serve(
    contexts: Annotated[
        str, typer.Option(help="Host these alone, with commas between; as FREESTONE_CONTEXTS.")
    ] = "",
) -> None:
    """Serve until told to stop."""
    from app.house import require_placed
    from app.server import CannotServe
    from app.server import serve as serve_until_told

    settings = _settings(contexts=contexts) if contexts else _settings()
    require_placed(settings)
    _require_tables(settings)
    if settings.environment == "development":
        _welcome(settings)
    try:
        serve_until_told(settings)
    except CannotServe as why:
        raise Unusable(str(why)) from why


@platforms.command("add")
def add_platform(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    profile: Annotated[
        str, typer.Option(help="The one profile it may come with (https://...).")
    ] = "",
) -> None:
    """Register a platform, and tell its API key: this once, and never again."""
    if not (name.isascii() and name.isprintable() and " " not in name) or not (
        0 < len(name) <= LONGEST_NAME
    ):
        raise Unusable(f"NAME: 1 to {LONGEST_NAME} printable ASCII characters without spaces")
    if profile and not profile.startswith("https://"):
        raise Unusable("--profile: must begin with https://")
    settings = _settings()
    _require_tables(settings)
    key = token_urlsafe(32)
    _run(_registered(settings, name, sha256(key.encode()).hexdigest(), profile or None))
    typer.echo(f"API key of {name}, shown only now: {key}")


async def _imported(settings: Settings, shop: Any, *, into_empty: bool) -> bool:
    from app.house import opened
    from app.importer.load import Import
    from domain.contracts.catalog import Catalog
    from domain.contracts.customers import Customers
    from domain.contracts.fulfillment import Fulfillment
    from domain.contracts.inventory import Inventory
    from domain.contracts.pricing import Pricing

    await _current_tables(settings)
    if unplaced := settings.unplaced(IMPORTED):
        raise UnfitSettings(unplaced)
    if into_empty:
        if "catalog" not in settings.contexts:
            raise Unusable("--into-empty: the catalog is not hosted here (FREESTONE_CONTEXTS)")
        if not await migrations.is_empty(settings, "catalog"):
            return False
    async with opened(settings) as house:
        await Import(
            catalog=house.contract(Catalog),
            customers=house.contract(Customers),
            fulfillment=house.contract(Fulfillment),
            inventory=house.contract(Inventory),
            pricing=house.contract(Pricing),
        )(shop)
    return True


async def _registered(settings: Settings, name: str, digest: str, profile: str | None) -> None:
    from app.house import opened
    from domain.contracts.ordering import NameTaken, Ordering, RegisterPlatform

    message = RegisterPlatform(name=name, key_digest=digest, profile_url=profile)
    if unplaced := settings.unplaced(frozenset(("ordering",))):
        raise UnfitSettings(unplaced)
    async with opened(settings) as house:
        try:
            await house.contract(Ordering).register_platform(message)
        except NameTaken as taken:
            raise Unusable(f"NAME: there is a platform {name} already") from taken


def _settings(**chosen: object) -> Settings:
    settings = load_settings(**chosen)
    logs.configure(settings.environment)
    return settings


def _require_tables(settings: Settings) -> None:
    asyncio.run(_current_tables(settings))


async def _current_tables(settings: Settings) -> None:
    if behind := await migrations.pending(settings):
        raise Unusable(f"{', '.join(behind)}: tables are not up to date: run `freestone migrate`")


def _welcome(settings: Settings) -> None:
    mode = " and interop mode: strangers are served" if settings.interop else " mode"
    typer.echo(
        f"Freestone {version('freestone')} in development{mode}. Not for production.\n"
        f"  profile   {settings.base_url}/.well-known/ucp\n"
        f"  API       {settings.base_url}/openapi.json\n"
        f"  health    {settings.base_url}/readyz"
    )
    sys.stdout.flush()


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001  # typer hands it over like this
    if is_asked:
        typer.echo(f"freestone {version('freestone')}")
        raise typer.Exit


def _end(text: str, *, code: int) -> None:
    typer.echo(text, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
