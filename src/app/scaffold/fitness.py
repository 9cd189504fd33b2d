"""Whether a name is free, and means one thing alone wherever it is written."""

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from keyword import iskeyword
from pathlib import Path

from app.container import Container
from app.scaffold.rooms import ROOMS, rooms
from app.scaffold.words import CannotWrite, Words
from app.settings import CONTEXTS, Settings

WIRED = ("", "_engine", "_begin", "_here", "_inbox", "_lease", "_told", "_kept")
LONGEST_CONSUMER = 64
ROUTES = ("*/api.py", "*/api/*.py")
ADDRESS = re.compile(r'"/([a-z-]+)')
FOR_TESTS = "Test"  # what begins so is collected by pytest where a test imports it


def require_fit(words: Words, root: Path) -> None:
    """Raises `CannotWrite` for the first thing that stands in the way."""
    for mistake in chain(_of_name(words, root), _of_words(words)):
        raise CannotWrite(mistake)


def _of_name(words: Words, root: Path) -> Iterator[str]:
    name = words.name
    if name in CONTEXTS:
        yield f"NAME: there is a context {name} already"
    for said in (name, words.Name):
        if iskeyword(said) or hasattr(builtins, said) or said in sys.stdlib_module_names:
            yield f"NAME: {said!r} means something to Python already"
    if words.Name.startswith(FOR_TESTS):
        yield f"NAME: {words.Name!r} would be taken for a test: pytest collects what begins so"
    for room in (*ROOMS, "src/domain/contracts/{name}/"):
        folder = root / room.format(name=name)
        for taken in (folder, folder.with_suffix(".py")):
            if taken.exists():
                yield f"NAME: {taken.relative_to(root)} is there already"
    for other in CONTEXTS:
        if name.startswith(f"{other}_") or other.startswith(f"{name}_"):
            yield f"NAME: {name} and {other} begin alike, and so would their tables and settings"
    for setting in Settings.model_fields:
        if setting == name or setting.startswith(f"{name}_"):
            yield f"NAME: its settings would be taken for {setting}, or {setting} for one of them"
    if any(hasattr(Container, f"{name}{part}") for part in WIRED) or hasattr(Settings, name):
        yield f"NAME: {name!r} means something in the wiring or the settings already"
    slug = name.replace("_", "-")
    for api in sorted(chain.from_iterable((root / "src/app").glob(one) for one in ROUTES)):
        if slug in ADDRESS.findall(api.read_text("utf-8")):
            owner = api.relative_to(root / "src/app").parts[0]
            yield f"NAME: /v1/{slug} is an address of {owner} already"


def _of_words(words: Words) -> Iterator[str]:
    if iskeyword(words.thing) or hasattr(builtins, words.Thing):
        yield f"--aggregate: {words.Thing!r} means something to Python already"
    if words.Thing.startswith(FOR_TESTS):
        yield f"--aggregate: {words.Thing!r} would be taken for a test by pytest"
    if words.listens and len(f"{words.name}.{words.listens.module}") > LONGEST_CONSUMER:
        yield f"--listens: a consumer of {words.listens.name} would have too long a name"
    for path, twice in said_twice(words):
        yield f"{twice!r} would mean two things in {path}: choose another NAME or --aggregate"


def said_twice(words: Words) -> Iterator[tuple[str, str]]:
    """Identifiers that stand for two things where these words are written, and for one where
    words are written that nobody would choose.
    """
    plain = replace(words, name="zz_context", Thing="ZzThing")
    for (path, text), other in zip(rooms(words).items(), rooms(plain).values(), strict=True):
        meant: dict[str, str] = {}
        for said, means in zip(_said(text), _said(other), strict=True):
            if meant.setdefault(said, means) != means:
                yield path, said


def _said(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id=said) | ast.arg(arg=said) | ast.ClassDef(name=said):
                yield said
            case ast.FunctionDef(name=said) | ast.AsyncFunctionDef(name=said):
                yield said
            case ast.ImportFrom(names=names):
                yield from (one.asname or one.name for one in names)
