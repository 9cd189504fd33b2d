"""CSV files as they come from others: read within bounds, and every mistake named by its line."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TypeVar

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 500_000
LONGEST_CELL = 10_000
SHOWN_OF_A_CELL = 60
Value = TypeVar("Value")


class Unfit(ValueError):
    """What is wrong with one cell."""


@dataclass(frozen=True)
class Columns:
    """Those that a file must have, and those that it may."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass
class Row:
    """One line. What is wrong with it is noted, and the rest is read all the same."""

    file: str
    number: int
    cells: dict[str, str]
    mistakes: list[str] = field(default_factory=list)

    def read(self, column: str, meaning: Callable[[str], Value]) -> Value | None:
        """What a cell means, or nothing if it is unfit or the file has no such column."""
        if column not in self.cells:
            return None
        try:
            return meaning(self.cells[column])
        except Unfit as why:
            self.refuse(column, f"{why}: {_shown(self.cells[column])}")
            return None

    def refuse(self, column: str, why: str) -> None:
        self.mistakes.append(f"{self.file}:{self.number}: {column}: {why}")


@dataclass
class Sheet:
    rows: list[Row]
    mistakes: list[str]


def read_sheet(path: Path, columns: Columns) -> Sheet:
    """All rows of a file, and what is wrong with the file itself."""
    try:
        text = _text(path)
        lines = _lines(path.name, text)
        header = next(lines, None)
        if header is None:
            return Sheet([], [f"{path.name}: has no line with the names of its columns"])
        number, names = header
        _check_header(path.name, number, names, columns)
        return _rows(path.name, names, lines)
    except Unfit as why:
        return Sheet([], [str(why)])


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as unreadable:
        raise Unfit(f"{path.name}: cannot be read: {unreadable.strerror}") from unreadable
    if len(content) > MOST_BYTES:
        raise Unfit(f"{path.name}: is larger than {MOST_BYTES} bytes")
    if (nul := content.find(b"\0")) >= 0:
        raise Unfit(f"{path.name}:{_line_at(content, nul)}: has a NUL character")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Unfit(f"{path.name}:{_line_at(content, broken.start)}: is not UTF-8") from broken


def _line_at(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _lines(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on; blank lines are passed over."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as broken:
            raise Unfit(f"{file}:{number}: {broken}") from broken
        if record is None:
            return
        if any(cell.strip() for cell in record):
            yield number, record


def _check_header(file: str, number: int, names: list[str], columns: Columns) -> None:
    names[:] = [name.strip() for name in names]
    known = (*columns.needed, *columns.optional)
    if missing := [name for name in columns.needed if name not in names]:
        raise Unfit(f"{file}:{number}: column {missing[0]} is missing")
    for name in names:
        if name not in known:
            raise Unfit(f"{file}:{number}: unknown column {_shown(name)}")
        if names.count(name) > 1:
            raise Unfit(f"{file}:{number}: column {name} is there twice")


def _rows(file: str, names: list[str], lines: Iterator[tuple[int, list[str]]]) -> Sheet:
    sheet = Sheet([], [])
    for number, cells in lines:
        if len(sheet.rows) == MOST_ROWS:
            raise Unfit(f"{file}:{number}: has more than {MOST_ROWS} rows")
        if len(cells) != len(names):
            sheet.mistakes.append(
                f"{file}:{number}: has {len(cells)} cells where there are {len(names)} columns"
            )
        elif max(map(len, cells)) > LONGEST_CELL:
            sheet.mistakes.append(
                f"{file}:{number}: has a cell of more than {LONGEST_CELL} characters"
            )
        else:
            stripped = (cell.strip() for cell in cells)
            sheet.rows.append(Row(file, number, dict(zip(names, stripped, strict=True))))
    return sheet


def _shown(text: str) -> str:
    cut = text if len(text) <= SHOWN_OF_A_CELL else f"{text[:SHOWN_OF_A_CELL]}..."
    return '"' + "".join(c if c.isprintable() else "?" for c in cut) + '"'
