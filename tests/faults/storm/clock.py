"""The clock of a process, moved while it runs by as many seconds as a file says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from infrastructure.shared import clock


def step_with(moved: Path) -> None:
    """To be called before any module of the product has taken the clock."""

    def utc_now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(moved.read_text() or 0))

    clock.utc_now = utc_now


def move(moved: Path, seconds: float) -> None:
    """From now on; at once, so that nobody reads half of it."""
    written = moved.with_suffix(".new")
    written.write_text(str(seconds))
    written.replace(moved)
