"""What documents show in fences; in those of a terminal, the commands that a reader would give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(
    r"^(?P<fence>```+)(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
TERMINAL = ("sh", "console")
OTHERS = ("css", "html", "http", "ini", "json", "python", "sql", "text", "toml")
"""Languages of fences that hold no commands."""


@dataclass(frozen=True)
class Command:
    """A command, and what it is said to print, if that is said; `...` stands for anything."""

    text: str
    printed: str = ""


@dataclass(frozen=True)
class Block:
    document: str
    line: int
    language: str
    text: str

    @property
    def commands(self) -> list[Command]:
        """Of `sh` the whole is one command; in `console` each begins with `$ `."""
        if self.language == "sh":
            return [Command(self.text)]
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)
        found = []
        for part in parts[1:]:
            command, _, printed = part.partition("\n")
            while command.endswith("\\"):
                more, _, printed = printed.partition("\n")
                command = f"{command}\n{more}"
            found.append(Command(command, printed))
        return found


def documents() -> list[str]:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


def blocks(document: str) -> Iterator[Block]:
    text = (ROOT / document).read_text("utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(document, line, found["language"].strip(), found["text"])


def terminal_blocks(document: str) -> list[Block]:
    return [block for block in blocks(document) if block.language in TERMINAL]
