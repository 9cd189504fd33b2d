"""The house as the code has it: who calls whom, and who listens to whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.context_map import CONSUMERS
from app.settings import CONTEXTS

APP = Path(__file__).parents[2] / "src" / "app"


def calls_made() -> dict[str, dict[str, set[str]]]:
    """For each context, the contexts that its use cases call, and by which calls."""
    made: dict[str, dict[str, set[str]]] = {}
    for context in CONTEXTS:
        for file in sorted((APP / context).glob("*.py")):
            for other, call in _calls(ast.parse(file.read_text())):
                if other != context:
                    made.setdefault(context, {}).setdefault(other, set()).add(call)
    return made


def _calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Whatever is asked of a field whose type is a contract."""
    fields = {
        node.target.id: node.annotation.id.lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.annotation, ast.Name)
        and node.annotation.id.lower() in CONTEXTS
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                attr=call, value=ast.Attribute(attr=name, value=ast.Name(id="self"))
            ) if name in fields:
                yield fields[name], call


def contracts_spoken() -> list[str]:
    """The contexts that the shopping API speaks to."""
    imports = [
        name.name.lower()
        for file in (APP / "ucp").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("domain.contracts.")
        for name in node.names
    ]
    return sorted(set(imports) & set(CONTEXTS))


def events_heard() -> dict[str, dict[str, list[str]]]:
    """For each event, the contexts that listen to it, and their consumers."""
    heard: dict[str, dict[str, list[str]]] = {}
    for context, consumers in sorted(CONSUMERS.items()):
        for consumer in consumers:
            heard.setdefault(consumer.event.name, {}).setdefault(context, []).append(consumer.name)
    return dict(sorted(heard.items()))


def picture() -> str:
    """Mermaid: a solid line is a call, a dotted one events that somebody listens to."""
    lines = ["flowchart LR", *(f"    ucp([shopping API]) --> {one}" for one in contracts_spoken())]
    for context, others in sorted(calls_made().items()):
        for other, calls in sorted(others.items()):
            lines.append(f'    {context} -->|"{"<br/>".join(sorted(calls))}"| {other}')
    told: dict[tuple[str, str], list[str]] = {}
    for event, listeners in events_heard().items():
        source, name, _ = event.split(".")
        for context in listeners:
            told.setdefault((source, context), []).append(name)
    for (source, context), names in sorted(told.items()):
        lines.append(f'    {source} -.->|"{"<br/>".join(names)}"| {context}')
    return "\n".join(lines)
