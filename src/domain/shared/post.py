"""Letters, and who carries them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """`name` is its own, each time that it is sent."""

    name: str
    to: str
    subject: str
    text: str


class NotSent(Exception):
    """A letter was not taken. `is_about_it` says that others may be: it is this one that is refused."""

    def __init__(self, why: str, *, is_about_it: bool = False) -> None:
        super().__init__(why)
        self.is_about_it = is_about_it


class Post(Protocol):
    """Who carries letters."""

    @property
    def is_open(self) -> bool:
        """Whether there is anybody to carry them. If not, they wait."""
        ...

    async def send(self, letter: Letter) -> None:
        """Raises `NotSent`. In bounded time, and twice if it is asked twice."""
        ...
