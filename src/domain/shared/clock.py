"""Time is asked for, so that it can be told."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The time now, in UTC."""
        ...
