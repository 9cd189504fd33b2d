"""The places outside its rooms where a context is named."""

from collections.abc import Callable

from app.scaffold.places import (
    among_fields,
    at_end_of,
    in_collection,
    in_list,
    in_section_order,
    with_imports,
)
from app.scaffold.rooms import rendered
from app.scaffold.words import Words
from app.settings import CONTEXTS

Named = Callable[[str, Words], str]


def _settings(text: str, words: Words) -> str:
    text = in_collection(text, "CONTEXTS", words.name, f'"{words.name}"')
    line = f"    {words.name}: ContextSettings = ContextSettings()\n"
    return among_fields(text, "Settings", "ContextSettings", words.name, line)


def _context_map(text: str, words: Words) -> str:
    contract = f"from domain.contracts.{words.name} import {words.Name}"
    text = in_collection(text, "CONTRACTS", words.name, f'"{words.name}": {words.Name}')
    if not (heard := words.listens):
        return with_imports(text, contract)
    consumer = f'Consumer("{words.name}.{heard.module}", {heard.event}, {words.consumer}(utc_now))'
    text = in_collection(text, "CONSUMERS", words.name, f'"{words.name}": ({consumer},)')
    return with_imports(
        text,
        contract,
        f"from domain.contracts.{heard.context} import {heard.event}",
        f"from app.{words.name}.{heard.module} import {words.consumer}",
    )


def _container(text: str, words: Words) -> str:
    name, thing, things = words.name, words.thing, words.Thing
    return with_imports(
        at_end_of(text, "Container", rendered("container", words)),
        *(
            f"from app.{name}.{verb}_{thing} import {verb.capitalize()}{things}Handler"
            for verb in ("add", "describe", "get", "list")
        ),
        f"from app.{name}.service import {words.Name}Service",
        f"from domain.contracts.{name} import {words.Name}",
        f"from infrastructure.{name} import tables as {name}_tables",
        f"from infrastructure.{name}.{thing}_book import Sql{things}Book",
    )


def _identity(text: str, words: Words) -> str:
    """What opens its routes; owners and managers have it at once."""
    for scope in (f"{words.name}:read", f"{words.name}:write"):
        text = in_collection(text, "STAFF_SCOPES", scope, f'"{scope}"')
    return text


def _merchant(text: str, words: Words) -> str:
    name = words.name
    entry = f'"{name}": Counter({name}_api.router, ({words.Name},))'
    return with_imports(
        in_collection(text, "COUNTERS", name, entry),
        f"from app.{name} import api as {name}_api",
        f"from domain.contracts.{name} import {words.Name}",
    )


def _pyproject(text: str, words: Words) -> str:
    text = in_list(text, CONTEXTS, words.name, "{}")
    return in_list(text, CONTEXTS, words.name, '"app.{}"')


def _alembic(text: str, words: Words) -> str:
    section = f"[{words.name}]\nversion_locations = %(here)s/{words.name}\n"
    return in_section_order(text, words.name, section)


PLACES: dict[str, Named] = {
    "migrations/alembic.ini": _alembic,
    "pyproject.toml": _pyproject,
    "src/app/container.py": _container,
    "src/app/context_map.py": _context_map,
    "src/app/merchant.py": _merchant,
    "src/app/settings.py": _settings,
    "src/domain/contracts/identity.py": _identity,
}
