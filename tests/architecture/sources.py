"""The source as it is written, for what an import graph does not show."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"
SPAWNING = {
    "BackgroundTask",
    "BackgroundTasks",
    "call_at",
    "call_later",
    "create_task",
    "create_task_group",
    "ensure_future",
    "gather",
    "run_coroutine_threadsafe",
    "run_in_executor",
    "start_soon",
    "Popen",
    "Process",
    "TaskGroup",
    "Thread",
    "ThreadPoolExecutor",
    "Timer",
    "to_thread",
}
SPAWNERS = {
    "app/server.py": "the listeners of a process",
    "infrastructure/identity/argon2_passwords.py": "hashes, a core each; refuses in a transaction",
    "infrastructure/shared/mail/file_post.py": "a letter put on a disk; none in a transaction",
    "infrastructure/payments/test_provider.py": "a partner's system, not ours",
    "infrastructure/shared/calls/public_addresses.py": "names looked up that may be slow; none in a transaction",
    "infrastructure/shared/events/relay.py": "listeners that do not wait for one another; none in a transaction",
    "infrastructure/shared/database/replica.py": "questions to one that may be silent; none in a transaction",
    "infrastructure/shared/caches/read_models.py": "loads that a crowd waits for; refuses in a transaction",
    "infrastructure/shared/routines/routine.py": "what a process does by itself",
    "infrastructure/shared/tasks.py": "tasks that outlive a request; refuses in a transaction",
    "infrastructure/shared/database/group_commit.py": "a writer for all who wait; refuses in a transaction",
    "infrastructure/shared/calls/wire.py": "the clean context of a call; refuses in a transaction",
}
WORLDLY = {"asyncio", "io", "os", "random", "secrets", "socket", "sqlite3", "subprocess", "time"}
PLAIN_ENOUGH = {("ids.py", "secrets")}  # an id cannot be guessed
IMPORTING = {
    "__import__",
    "eval",
    "exec",
    "import_module",
    "importlib",
    "importlib.machinery",
    "importlib.util",
    "locate",
    "pkgutil",
    "runpy",
    "sys.modules",
}
IMPORTERS = {
    "infrastructure/shared/events/posted.py": "finds an event's class in the contract that its name begins with",
    "infrastructure/shared/migrations/line.py": "finds the tables of the context whose migrations it runs",
    "infrastructure/shared/calls/wire.py": "finds the refusals that stand beside a contract",
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


def strange_imports(root: Path) -> list[str]:
    """What plain Python does not import: packages, and whatever brings in time, chance or the world."""
    found = []
    for path in sorted(root.rglob("*.py")):
        for module in _imported(ast.parse(path.read_text())):
            top = module.partition(".")[0]
            is_plain = (top in sys.stdlib_module_names and top not in WORLDLY) or top == root.name
            if not is_plain and (path.name, module) not in PLAIN_ENOUGH:
                found.append(f"{path.relative_to(root)}: {module}")
    return found


def foreign_tables(folder: Path, tables: set[str]) -> list[str]:
    """Where tables of others are named, if only in a string."""
    name = re.compile(rf"\b({'|'.join(sorted(tables, key=len, reverse=True))})\b")
    return [
        f"{path.name}:{node.lineno}: {hit}"
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for hit in name.findall(node.value)
    ]


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
