"""`python -m tests.faults.storm --each 50`: faults of every kind, and what was lost by them."""

import sys
from argparse import ArgumentParser
from asyncio import run
from pathlib import Path
from signal import SIGTERM, default_int_handler, signal
from tempfile import TemporaryDirectory
from time import monotonic

from tests.faults.storm.blows import BLOWS
from tests.faults.storm.run import storm
from tests.faults.storm.table import table


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.faults.storm", description=__doc__)
    parser.add_argument("--each", type=int, default=50, help="how often each fault is injected")
    parser.add_argument("--seed", type=int, default=20260408, help="what chance begins with")
    parser.add_argument("--fault", action="append", choices=list(BLOWS), help="these alone")
    parser.add_argument("--keep", type=Path, help="keep what the shop writes, its logs, here")
    wanted = parser.parse_args()
    if wanted.keep and wanted.keep.exists():
        parser.error(f"{wanted.keep} is there already")
    signal(SIGTERM, default_int_handler)  # its servers end with it
    begun, chosen = monotonic(), wanted.fault or BLOWS
    faults = [fault for fault in BLOWS if fault in chosen]  # clocks are moved at the end
    with TemporaryDirectory(prefix="freestone-storm-") as passing:
        folder: Path = (wanted.keep or Path(passing)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        rows = run(storm(folder, each=wanted.each, seed=wanted.seed, faults=faults))
    print(table(rows))  # noqa: T201
    lost = [f"{row.fault}: {kind}: {what}" for row in rows for kind, what in sorted(row.losses)]
    print("\n".join(lost[:100]))  # noqa: T201
    print(f"seed {wanted.seed}, {monotonic() - begun:.0f} s, {len(lost)} losses")  # noqa: T201
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
