"""The files of a new context, made from the templates beside this module."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.scaffold.words import Words

ROOMS = (
    "migrations/{name}/",
    "src/app/{name}/",
    "src/domain/{name}/",
    "src/infrastructure/{name}/",
    "tests/{name}/",
)
FILES = {
    "migrations/{name}/0001_{thing}_book_outbox_inbox.py": "migrations/0001.py",
    "src/app/{name}/__init__.py": "empty.py",
    "src/app/{name}/add_{thing}.py": "app/add.py",
    "src/app/{name}/api.py": "app/api.py",
    "src/app/{name}/describe_{thing}.py": "app/describe.py",
    "src/app/{name}/get_{thing}.py": "app/get.py",
    "src/app/{name}/list_{thing}.py": "app/list.py",
    "src/app/{name}/service.py": "app/service.py",
    "src/domain/contracts/{name}.py": "contract.py",
    "src/domain/{name}/__init__.py": "empty.py",
    "src/domain/{name}/ports.py": "domain/ports.py",
    "src/domain/{name}/{thing}.py": "domain/aggregate.py",
    "src/infrastructure/{name}/__init__.py": "empty.py",
    "src/infrastructure/{name}/tables.py": "infrastructure/tables.py",
    "src/infrastructure/{name}/{thing}_book.py": "infrastructure/book.py",
    "tests/{name}/__init__.py": "empty.py",
    "tests/{name}/builders.py": "tests/builders.py",
    "tests/{name}/test_contract.py": "tests/test_contract.py",
    "tests/{name}/test_routes.py": "tests/test_routes.py",
    "tests/{name}/test_{thing}.py": "tests/test_aggregate.py",
    "tests/{name}/test_{thing}_book.py": "tests/test_book.py",
}
LISTENING = {
    "src/app/{name}/{module}.py": "app/listen.py",
    "tests/{name}/test_{module}.py": "tests/test_listening.py",
}
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701  # Python is written, no page
)


def rooms(words: Words) -> dict[str, str]:
    """Every file of the context, by its path in the checkout; not yet as the formatter has it."""
    files = FILES | (LISTENING if words.listens else {})
    module = words.listens.module if words.listens else ""
    return {
        path.format(name=words.name, thing=words.thing, module=module): rendered(template, words)
        for path, template in files.items()
    }


def rendered(template: str, words: Words) -> str:
    return templates.get_template(f"{template}.jinja").render(words.told())
