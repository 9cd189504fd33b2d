"""Where something can be put into a file that is there already, found by the file's structure."""

import ast
import re
from collections.abc import Iterator, Sequence

from app.scaffold.words import CannotWrite


class NoPlace(CannotWrite):
    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not where it was: add this context by hand")


def with_imports(text: str, *imports: str) -> str:
    """Behind the last import; the formatter sorts them. Raises `CannotWrite` for a name twice."""
    present = [node for node in _parsed(text) if isinstance(node, ast.Import | ast.ImportFrom)]
    if not present:
        raise NoPlace("the place of imports")
    _require_new(present, imports)
    return _inserted(text, present[-1].end_lineno or 0, "".join(f"{line}\n" for line in imports))


def _require_new(present: Sequence[ast.stmt], imports: Sequence[str]) -> None:
    known = {said: (module, name) for module, name, said in _names(present)}
    for module, name, said in _names(_parsed("\n".join(imports))):
        if known.get(said, (module, name)) != (module, name):
            raise CannotWrite(f"{said} is {known[said][0]}'s already: choose another --aggregate")


def _names(imports: Sequence[ast.stmt]) -> Iterator[tuple[str | None, str, str]]:
    for node in imports:
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module, one.name, one.asname or one.name) for one in node.names)


def in_collection(text: str, variable: str, key: str, entry: str) -> str:
    """In a dict or tuple at the top of a module, before the first key that sorts behind this one."""
    value = _value(text, variable)
    keys = value.keys if isinstance(value, ast.Dict) else getattr(value, "elts", [])
    for one in keys:
        if isinstance(one, ast.Constant) and str(one.value) > key:
            return _spliced(text, one.lineno, one.col_offset, f"{entry},")
    end = _offset(text, value.end_lineno or 0, value.end_col_offset or 0) - 1
    before = text[:end].rstrip()
    comma = "" if before[-1] in "{(," else ","
    return f"{before}{comma}{entry},{text[end:]}"


def _value(text: str, variable: str) -> ast.Dict | ast.Tuple:
    for node in _parsed(text):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() | ast.Tuple() as value):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() | ast.Tuple() as value):
                pass
            case _:
                continue
        if name == variable:
            return value
    raise NoPlace(variable)


def among_fields(text: str, owner: str, kind: str, field: str, line: str) -> str:
    """In a class, among its fields of one kind, in the order of the alphabet."""
    fields = [
        (node.target.id, node.lineno)
        for node in _class(text, owner).body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and ast.unparse(node.annotation) == kind
    ]
    if not fields:
        raise NoPlace(f"what {owner} says of each {kind}")
    behind = [number for name, number in fields if name > field]
    return _inserted(text, (behind[0] if behind else fields[-1][1] + 1) - 1, line)


def at_end_of(text: str, owner: str, block: str) -> str:
    return _inserted(text, _class(text, owner).end_lineno or 0, f"\n{block}")


def _class(text: str, name: str) -> ast.ClassDef:
    for node in _parsed(text):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise NoPlace(f"class {name}")


def in_section_order(text: str, name: str, section: str) -> str:
    """Among the sections of an ini file."""
    heads = list(re.finditer(r"^\[([a-z_]+)\]$", text, re.MULTILINE))
    if not heads:
        raise NoPlace("the place of sections")
    at = next((head.start() for head in heads if head[1] > name), None)
    return text.rstrip() + f"\n\n{section}" if at is None else f"{text[:at]}{section}\n{text[at:]}"


def in_list(text: str, listed: Sequence[str], more: str, form: str) -> str:
    """In a list that is written just like this, with what separates it as it stands there."""
    for separator in (" | ", ",\n    "):
        old = separator.join(form.format(one) for one in sorted(listed))
        if text.count(old) == 1:
            new = separator.join(form.format(one) for one in sorted((*listed, more)))
            return text.replace(old, new)
    raise NoPlace(f"the list of {form.format('...')}")


def _parsed(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except SyntaxError as broken:
        raise CannotWrite(f"line {broken.lineno} is no Python: {broken.text}") from broken


def _inserted(text: str, line: int, block: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join((*lines[:line], block, *lines[line:]))


def _spliced(text: str, line: int, column: int, entry: str) -> str:
    at = _offset(text, line, column)
    return f"{text[:at]}{entry}\n{' ' * column}{text[at:]}"


def _offset(text: str, line: int, column: int) -> int:
    """`column` counts bytes."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())
