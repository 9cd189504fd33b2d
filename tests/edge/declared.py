"""Who may ask for what, written down twice: by the routes, and in `declared.txt`.

`python -m tests.edge.declared` writes the file anew: do so on purpose, and read what changed.
"""

from asyncio import run
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.edge.access import declaration
from app.house import opened
from app.main import public_routers
from app.settings import Settings
from tests.conftest import a_shop

FILE = Path(__file__).with_name("declared.txt")
MODES: dict[str, dict[str, Any]] = {
    "strict": {},
    "interop": {"interop": True, "simulation_secret": "a secret of testers"},
    "stripe": {
        "stripe_key": "sk_test_of_nobody",
        "stripe_webhook_secret": "whsec_of_nobody",
        "payment_handlers": ("stripe",),
    },
}


@dataclass(frozen=True, order=True)
class Row:
    path: str
    method: str
    level: str
    scope: str = ""

    def __str__(self) -> str:
        return f"{self.method:6} {self.path:60} {self.level:10} {self.scope}".rstrip()


def rows_of(routers: Iterable[APIRouter]) -> list[Row]:
    return sorted(
        Row(route.path, method, said.level, said.scope)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for said in [declaration(route)]
        for method in route.methods or ()
    )


def written(mode: str) -> list[Row]:
    """What the file says: each part has what the strict shop has, and more."""
    parts: dict[str, list[Row]] = {}
    for line in FILE.read_text().splitlines():
        if line.startswith("# "):
            parts[line.removeprefix("# ")] = []
        elif line:
            method, path, *said = line.split()
            parts[list(parts)[-1]].append(Row(path, method, *said))
    more = parts[mode] if mode != "strict" else []
    return sorted([*parts["strict"], *more])


async def routed(folder: Path, mode: str) -> list[Row]:
    settings = Settings(**a_shop(folder, **MODES[mode]))
    async with opened(settings) as house:
        return rows_of(public_routers(house, settings))


def main() -> None:
    with TemporaryDirectory() as folder:
        found = {mode: run(routed(Path(folder), mode)) for mode in MODES}
    told = []
    for mode, rows in found.items():
        new = rows if mode == "strict" else [row for row in rows if row not in found["strict"]]
        told += [f"# {mode}", *map(str, new), ""]
    FILE.write_text("\n".join(told).rstrip() + "\n")


if __name__ == "__main__":
    main()
