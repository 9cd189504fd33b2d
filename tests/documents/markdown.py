"""How what is made from the code is written down."""

import re
from collections.abc import Iterable
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

FROM_CODE = "<!-- Made from the code by `make docs`: what is written here by hand is lost. -->"


def whole(title: str, *parts: str) -> str:
    """A page of which nothing is written by hand."""
    return "\n\n".join([FROM_CODE, f"# {title}", *(part for part in parts if part)]) + "\n"


def table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table, or nothing where it would be empty."""
    names = list(heading)
    lines = [_row(row) for row in rows]
    return "\n".join([_row(names), _row("---" for _ in names), *lines]) if lines else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


def spelled(hint: Any) -> str:
    """A type as a reader of the code knows it."""
    if hint is NoneType:
        return "None"
    if isinstance(hint, NewType):
        return str(hint.__name__)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " | ".join(spelled(part) for part in parts)
    if origin is tuple:
        return f"tuple[{', '.join('...' if part is ... else spelled(part) for part in parts)}]"
    return str(getattr(hint, "__name__", hint))


def said(kind: type) -> str:
    """The docstring of a class, if it was given one: a dataclass without one repeats its fields."""
    text = kind.__dict__.get("__doc__") or ""
    return "" if text.startswith(f"{kind.__name__}(") else cleandoc(text)


def members(kind: type) -> str:
    """The fields of a message, in a line; of what it is made of, too, where that is its own."""
    if not is_dataclass(kind):
        return ""
    hints = get_type_hints(kind)
    return ", ".join(f"`{one.name}: {spelled(hints[one.name])}`" for one in fields_of(kind))


def anchor(heading: str) -> str:
    """Where a heading is found: as code hosts make it, and the site."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
