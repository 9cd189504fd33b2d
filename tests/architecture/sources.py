"""The source as it is written, for what an import graph does not show."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"
SPAWNING = {
    "create_task",
    "create_task_group",
    "ensure_future",
    "gather",
    "run_coroutine_threadsafe",
    "run_in_executor",
    "start_soon",
    "TaskGroup",
    "Thread",
    "ThreadPoolExecutor",
    "to_thread",
}
SPAWNERS = {
    "app/server.py": "the listeners of a process",
    "infrastructure/payments/test_provider.py": "a partner's system, not ours",
    "infrastructure/shared/routine.py": "what a process does by itself",
    "infrastructure/shared/tasks.py": "tasks that outlive a request; refuses in a transaction",
    "infrastructure/shared/wire.py": "the clean context of a call; refuses in a transaction",
}
IMPORTING = {
    "__import__",
    "eval",
    "exec",
    "import_module",
    "importlib",
    "importlib.machinery",
    "importlib.util",
    "pkgutil",
    "runpy",
    "sys.modules",
}
IMPORTERS = {
    "app/settings.py": "asks whether a driver is installed, and imports nothing",
    "infrastructure/shared/events.py": "finds an event's class in the contract that its name begins with",
    "infrastructure/shared/migrations.py": "finds the tables of the context whose migrations it runs",
    "infrastructure/shared/wire.py": "finds the refusals that stand beside a contract",
}


def spawned(root: Path, allowed: Mapping[str, str] = SPAWNERS) -> list[str]:
    """Where tasks and threads are begun, outside the few places that may."""
    return _named(root, SPAWNING, allowed)


def imported_by_name(root: Path, allowed: Mapping[str, str] = IMPORTERS) -> list[str]:
    """Where a module is imported by a name that no import graph sees."""
    return _named(root, IMPORTING, allowed)


def _named(root: Path, words: set[str], allowed: Mapping[str, str]) -> list[str]:
    return [
        f"{path}:{line}: {word}"
        for path, tree in _trees(root)
        if path not in allowed
        for line, word in _words(tree)
        if word in words
    ]


def _trees(root: Path) -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(root.rglob("*.py")):
        yield file.relative_to(root).as_posix(), ast.parse(file.read_text())


def _words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that is read or imported, with the line it is on."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=word, lineno=line, value=whose):
                yield line, word
                if isinstance(whose, ast.Name):
                    yield line, f"{whose.id}.{word}"
            case ast.Name(id=word, lineno=line):
                yield line, word
            case ast.Import(names=names, lineno=line):
                yield from ((line, name.name) for name in names)
            case ast.ImportFrom(module=module, names=names, lineno=line):
                yield line, module or ""
                yield from ((line, name.name) for name in names)
                yield from ((line, f"{module}.{name.name}") for name in names)
