"""`freestone map`: contexts, calls and events, drawn from the code."""

from dataclasses import asdict
from json import dumps
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.choices import ContextName
from app.commands.terminal import AsJson, written_to
from app.map.house import House
from app.map.reading import read
from app.map.svg import svg
from app.map.text import text
from infrastructure.shared.migrations.line import tables_of


def add(cli: typer.Typer) -> None:
    cli.command("map")(draw)


def draw(
    context: Annotated[
        ContextName | None, typer.Argument(help="This context and its neighbours alone.")
    ] = None,
    *,
    form: Annotated[
        Literal["text", "svg", "json"], typer.Option("--format", help="What to draw it as.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option(help="Write it to this file instead of the terminal.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw contexts, calls and events, as the code has them."""
    house = read(lambda name: tuple(tables_of(name).tables))
    shown = house.around(context) if context else house
    drawn = _drawn(shown, context or "", "json" if as_json else form)
    if output:
        with written_to("--output", output):
            output.write_text(drawn, "utf-8")
    else:
        typer.echo(drawn, nl=False)


def _drawn(house: House, context: str, form: str) -> str:
    if form == "json":
        return dumps(asdict(house), indent=2) + "\n"
    if form == "svg":
        return svg(house, f"{context} and its neighbours" if context else "The house")
    return text(house, only=context)
