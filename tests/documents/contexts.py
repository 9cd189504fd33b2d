"""docs/contexts/<context>.md: what each context owns, offers, asks, tells and hears."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from inspect import cleandoc, getdoc, getmembers, getmodule, isclass
from pkgutil import iter_modules
from typing import get_type_hints

from sqlalchemy import Column, Table
from sqlalchemy.dialects import sqlite

from app.context_map import CONSUMERS, CONTRACTS, events_of
from app.map.house import House
from app.map.reading import read
from app.map.svg import svg
from domain.shared.model import Aggregate, Event, Refusal
from infrastructure.shared.calls.http_line import address
from infrastructure.shared.calls.wire import refusals
from infrastructure.shared.database.columns import Id, Instant
from infrastructure.shared.events.posted import EVENTS_PATH
from infrastructure.shared.migrations.line import tables_of
from tests.documents.application import described, operations
from tests.documents.markdown import anchor, members, said, table, whole

BOXES = ("_outbox", "_inbox", "_leases")


def pages() -> dict[str, str]:
    house = read()
    made = {"map.svg": svg(house, "Contexts, the calls between them and the events they hear")}
    for context in house.contexts:
        picture = svg(house.around(context.name), f"{context.name} and its neighbours")
        made[f"contexts/{context.name}.svg"] = picture
        made[f"contexts/{context.name}.md"] = _page(house, context.name)
    made["contexts/index.md"] = _index(house)
    return dict(sorted(made.items()))


def _index(house: House) -> str:
    rows = [(f"[{one.name}]({one.name}.md)", one.about) for one in house.contexts]
    return whole("Contexts", "![The house](../map.svg)", table(("context", "about"), sorted(rows)))


def _page(house: House, name: str) -> str:
    about = cleandoc(getdoc(getmodule(CONTRACTS[name])) or "")
    sections = {
        "What it owns": _owned(name),
        "What it can be asked": "\n\n".join(_calls(name)),
        "What its messages are made of": _words(name),
        "Whom it asks": _asked(house, name),
        "What it tells": _told(house, name),
        "What it hears": _heard(name),
        "Where it is reached": _routes(name),
    }
    parts = [f"## {title}\n\n{text}" for title, text in sections.items() if text]
    return whole(name.capitalize(), about, f"![{name} and its neighbours]({name}.svg)", *parts)


def _owned(name: str) -> str:
    aggregates = [f"- **{kind.__name__}**. {said(kind)}".rstrip() for kind in _aggregates(name)]
    tables = tables_of(name).tables.values()
    own = [_table(one) for one in tables if not one.name.endswith(BOXES)]
    boxes = [f"`{one.name}`" for one in tables if one.name.endswith(BOXES)]
    kept = (
        f"Beside them {', '.join(boxes)}, as in every context that tells or listens."
        if boxes
        else ""
    )
    return "\n\n".join(part for part in ("\n".join(aggregates), *own, kept) if part)


def _aggregates(name: str) -> list[type]:
    room = import_module(f"domain.{name}")
    modules = [import_module(f"{room.__name__}.{one.name}") for one in iter_modules(room.__path__)]
    return [
        kind
        for module in modules
        for _, kind in getmembers(module, isclass)
        if issubclass(kind, Aggregate) and kind.__module__ == module.__name__
    ]


def _table(one: Table) -> str:
    rows = [(f"`{column.name}`", _type(column), _notes(column)) for column in one.columns]
    return f"### {one.name}\n\n{table(('column', 'type', ''), rows)}"


def _type(column: Column[object]) -> str:
    if isinstance(column.type, (Id, Instant)):
        return type(column.type).__name__
    return str(column.type.compile(dialect=sqlite.dialect())).lower()


def _notes(column: Column[object]) -> str:
    notes = ["key"] if column.primary_key else []
    notes += ["may be empty"] if column.nullable else []
    notes += [f"of `{key.column.table.name}`" for key in column.foreign_keys]
    return ", ".join(notes)


def _calls(name: str) -> Iterator[str]:
    contract = CONTRACTS[name]
    for call, function in vars(contract).items():
        if not callable(function) or call.startswith("_"):
            continue
        hints = get_type_hints(function)
        reply = hints.pop("return")
        (message,) = hints.values()
        yield f"### {call}"
        yield f"`{call}({message.__name__}) -> {reply.__name__}`"
        yield _linked(cleandoc(function.__doc__ or ""), name)
        yield table(
            ("", "fields", ""),
            ((f"`{kind.__name__}`", members(kind), said(kind)) for kind in (message, reply)),
        )


def _words(name: str) -> str:
    """What the contract speaks of besides messages, replies, events and refusals."""
    contract = CONTRACTS[name]
    spoken = {
        kind
        for call, function in vars(contract).items()
        if callable(function) and not call.startswith("_")
        for kind in get_type_hints(function).values()
    }
    rows = [
        (f"`{word}`", members(kind), said(kind))
        for word, kind in getmembers(getmodule(contract), isclass)
        if kind.__module__ == contract.__module__
        and is_dataclass(kind)
        and kind not in spoken
        and not issubclass(kind, (Event, Refusal))
    ]
    return table(("", "fields", ""), rows)


def _linked(text: str, name: str) -> str:
    """Refusals lead to where problems are listed."""

    def link(found: re.Match[str]) -> str:
        words = re.sub(r"(?<!^)(?=[A-Z])", "-", found[1]).lower()
        heading = anchor(f"{name}:{words}")
        known = found[1] in refusals(CONTRACTS[name])
        return f"[`{found[1]}`](../problems.md#{heading})" if known else found[0]

    return re.sub(r"`(\w+)`", link, text)


def _asked(house: House, name: str) -> str:
    rows = [
        (f"[{one.callee}]({one.callee}.md)", _all_linked(one.callee, one.calls))
        for one in house.asked
        if one.caller == name
    ]
    return table(("context", "calls"), rows)


def _all_linked(callee: str, calls: tuple[str, ...]) -> str:
    return ", ".join(f"[`{call}`]({callee}.md#{anchor(call)})" for call in calls)


def _told(house: House, name: str) -> str:
    rows = [
        (
            f"[`{event.name}`](../reference/events.md#{anchor(event.name)})",
            members(event),
            ", ".join(f"`{h.consumer}`" for h in house.heard if h.event == event.name) or "nobody",
        )
        for event in events_of(CONTRACTS[name])
    ]
    return table(("event", "fields", "heard by"), rows)


def _heard(name: str) -> str:
    rows = [
        (
            f"[`{one.event.name}`](../reference/events.md#{anchor(one.event.name)})",
            f"`{one.name}`",
            said(type(one.handle)),
        )
        for one in CONSUMERS.get(name, ())
    ]
    return table(("event", "consumer", "what it does"), rows)


def _routes(name: str) -> str:
    public = [
        (f"`{method} {path}`", f"[`{op['operationId']}`](../reference/api.md#{op['operationId']})")
        for method, path, op in operations(described())
        if name in op.get("tags", ())
    ]
    inside = [f"`POST {address(CONTRACTS[name], '<call>')}`"]
    if name in CONSUMERS:
        inside.append(f"`POST {EVENTS_PATH.format(name)}`")
    said = f"By our other processes, on the internal listener: {', '.join(inside)}."
    return "\n\n".join(
        part for part in (table(("public route", "operation"), public), said) if part
    )
