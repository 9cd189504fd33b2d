"""How a process is asked for: a message, and four open files."""

from dataclasses import asdict, dataclass
from json import dumps, loads
from struct import Struct
from typing import Self

MOST_BYTES = 1 << 20
FILES = 4
"""Its standard input, output and error, and where it is told which process this is and how it ended."""
NUMBER = Struct("i")


@dataclass(frozen=True)
class Asked:
    """`python -m`, this module and its arguments, in this environment and folder."""

    command: tuple[str, ...]
    environment: dict[str, str]
    folder: str

    def as_bytes(self) -> bytes:
        return dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, told: bytes) -> Self:
        return cls(**loads(told))
