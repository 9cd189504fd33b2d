"""Reads the map from the code: contracts, what is wired together, and the source of use cases."""

import ast
from collections.abc import Callable, Iterable, Iterator
from inspect import getdoc, getmodule
from pathlib import Path

from app.context_map import CALLS, CONSUMERS, CONTRACTS, events_of
from app.map.house import Asked, Context, Heard, House

APP = Path(__file__).parents[1]
FACES = {
    "shopping API": ("ucp/*.py",),
    "pages for buyers": ("pages/*.py",),
    "merchant API": ("*/api.py", "*/api/*.py"),
}
"""Who else asks contexts, and the files that do."""


def read(tables: Callable[[str], Iterable[str]] = lambda _context: ()) -> House:
    """The house as its code has it. Names of tables are told by who may know them."""
    asked = calls_made()
    faces = {face: contracts_named(*files) for face, files in FACES.items()}
    callers = dict.fromkeys(one.caller for one in asked)
    names = (*callers, *(name for name in sorted(CONTRACTS) if name not in callers))
    return House(
        contexts=tuple(
            Context(
                name=name,
                about=about(CONTRACTS[name]),
                calls=calls_of(CONTRACTS[name]),
                events=tuple(event.name for event in events_of(CONTRACTS[name])),
                faces=tuple(face for face, contexts in faces.items() if name in contexts),
                tables=tuple(tables(name)),
            )
            for name in names
        ),
        asked=asked,
        heard=events_heard(),
    )


def about(contract: type) -> str:
    """What the first line of a contract says the context is: what comes after the colon."""
    module = getmodule(contract)
    first, *_ = (getdoc(module) or "").splitlines() or [""]
    return first.partition(": ")[2] or first


def calls_of(contract: type) -> tuple[str, ...]:
    members = vars(contract).items()
    return tuple(name for name, it in members if callable(it) and not name.startswith("_"))


def calls_made() -> tuple[Asked, ...]:
    """For each pair of contexts, the calls that the use cases of one make of the other."""
    made: dict[tuple[str, str], set[str]] = {}
    for caller in sorted(CONTRACTS):
        for callee in sorted(CALLS.get(caller, ())):
            made[caller, callee] = set()
        for file in sorted((APP / caller).glob("*.py")):
            for callee, call in _calls(ast.parse(file.read_text("utf-8"))):
                if callee != caller:
                    made.setdefault((caller, callee), set()).add(call)
    return tuple(
        Asked(caller=caller, callee=callee, calls=tuple(sorted(calls)))
        for (caller, callee), calls in made.items()
    )


def _calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Whatever is asked of a field whose type is a contract."""
    contracts = {contract.__name__: name for name, contract in CONTRACTS.items()}
    fields = {
        node.target.id: contracts[node.annotation.id]
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.annotation, ast.Name)
        and node.annotation.id in contracts
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                attr=call, value=ast.Attribute(attr=name, value=ast.Name(id="self"))
            ) if name in fields:
                yield fields[name], call


def contracts_named(*files: str) -> set[str]:
    """The contexts whose contracts these files import, by name of the contract itself."""
    contracts = {contract.__name__: name for name, contract in CONTRACTS.items()}
    imported = {
        name.name
        for pattern in files
        for file in sorted(APP.glob(pattern))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("domain.contracts.")
        for name in node.names
    }
    return {contracts[name] for name in imported & set(contracts)}


def events_heard() -> tuple[Heard, ...]:
    heard = [
        Heard(event=consumer.event.name, listener=context, consumer=consumer.name)
        for context, consumers in CONSUMERS.items()
        for consumer in consumers
    ]
    return tuple(sorted(heard, key=lambda one: (one.event, one.consumer)))
