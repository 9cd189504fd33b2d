"""What a run says of itself: which code, on which machine, with what, and how busy it was there."""

import os
import platform
import sqlite3
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from subprocess import CalledProcessError, run

from tests.processes import ROOT

from bench.figures import Figures, table

LIBRARIES = ("aiohttp", "fastapi", "sqlalchemy", "uvicorn")


@dataclass
class Report:
    """`engines` are those that something was kept in, by their version."""

    asked: Namespace
    engines: dict[str, str] = field(default_factory=lambda: {"sqlite": sqlite3.sqlite_version})
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    load_before: tuple[float, ...] = field(default_factory=os.getloadavg)

    def as_json(self, figures: Figures) -> dict[str, object]:
        return {
            "at": self.began_at.isoformat(timespec="seconds"),
            "commit": _commit(),
            "machine": {
                "cpus": os.cpu_count(),
                "system": platform.platform(),
                "python": platform.python_version(),
                "load": {"before": _load(self.load_before), "after": _load(os.getloadavg())},
            },
            "engines": self.engines,
            "libraries": {name: version(name) for name in LIBRARIES},
            "asked": {
                "engine": self.asked.engine,
                "seconds": self.asked.seconds,
                "clients": self.asked.clients,
                "rounds": self.asked.rounds,
            },
            "figures": figures.as_json(),
        }

    def for_people(self, figures: Figures) -> str:
        clients = ", ".join(map(str, self.asked.clients))
        engines = ", ".join(f"{name} {number}" for name, number in self.engines.items())
        lines = [
            f"Freestone on {self.asked.engine}, commit {_named(_commit())}, {self.began_at:%Y-%m-%d %H:%M} UTC",
            f"{os.cpu_count()} CPUs, {platform.platform()}, Python {platform.python_version()}",
            f"{engines}; load {self.load_before[0]:.1f} before, {os.getloadavg()[0]:.1f} after",
            f"{self.asked.seconds:g} s for each measurement, {clients} clients, {self.asked.rounds} rounds",
        ]
        return "\n".join([*lines, "", table(figures)])


def _load(load: tuple[float, ...]) -> list[float]:
    """Over one, five and fifteen minutes."""
    return [round(part, 2) for part in load]


def _commit() -> dict[str, object] | None:
    """Nothing where git does not keep this checkout."""
    try:
        commit, changes = _git("rev-parse", "HEAD"), _git("status", "--porcelain")
    except (OSError, CalledProcessError):
        return None
    return {"id": commit.strip(), "is_changed": bool(changes.strip())}


def _named(commit: Mapping[str, object] | None) -> str:
    if not commit:
        return "unknown"
    return f"{str(commit['id'])[:12]}{' and changes' if commit['is_changed'] else ''}"


def _git(*command: str) -> str:
    told = run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return told.stdout
