"""docs/reference/cli.md: the program `freestone`, command by command."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

from app.commands.program import cli
from app.commands.terminal import EXIT_CODES
from tests.documents.markdown import anchor, spelled, table, whole

ABOUT = """`freestone` reads its [settings](../settings.md) from the environment or from
`freestone.toml` in the working directory. `freestone COMMAND --help` says what is below, and
`freestone --install-completion` teaches the shell to complete it. With `--json` a command tells a program
what it did."""


def pages() -> dict[str, str]:
    commands = list(_commands(typer.main.get_command(cli), "freestone"))
    overview = table(
        ("command", "what it does"),
        ((f"[`{name}`](#{anchor(name)})", _first(command)) for name, command in commands),
    )
    told = ["\n\n".join(_told(name, command)) for name, command in commands]
    codes = table(("exit code", ""), ((str(code), text) for code, text in EXIT_CODES.items()))
    ends = f"## Exit codes\n\n{codes}"
    return {"reference/cli.md": whole("The program", ABOUT, overview, ends, *told)}


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    within = getattr(command, "commands", None)
    if within is None:
        yield name, command
    for part, inner in (within or {}).items():
        if not inner.hidden:
            yield from _commands(inner, f"{name} {part}")


def _first(command: Any) -> str:
    return str(command.help or "").partition("\n")[0]


def _told(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}"
    yield str(command.help or "").replace("\b\n", "")
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    shown = [_name(one) if one.required else f"[{_name(one)}]" for one in arguments]
    line = [name, *(["[OPTIONS]"] if options else []), *shown]
    yield f"```text\n{' '.join(line)}\n```"
    rows = [_parameter(one) for one in (*arguments, *options) if not getattr(one, "hidden", False)]
    if rows:
        yield table(("", "takes", ""), rows)


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name).upper()


def _parameter(one: Any) -> tuple[str, ...]:
    is_flag = getattr(one, "is_flag", False)
    names = [*one.opts, *one.secondary_opts] if one.param_type_name == "option" else [_name(one)]
    said = ["Required."] if one.required else []
    said += [one.help] if one.help else []
    if one.envvar:
        said.append(f"Or by `{one.envvar}`.")
    if not is_flag and (default := _default(one.default)):
        said.append(f"Default: `{default}`.")
    takes = "" if is_flag else _takes(one.type_descriptor.annotation)
    return ", ".join(f"`{name}`" for name in names), takes, " ".join(said)


def _default(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None or callable(value) else str(value)


def _takes(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    return WORDS.get(hint, spelled(hint).lower())


WORDS = {str: "text", int: "a whole number", float: "a number", Path: "a path", list[str]: "text"}
