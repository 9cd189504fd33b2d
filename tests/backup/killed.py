"""A restore that is killed (kill -9) as it is about to change the names of files once more.

python -m tests.backup.killed FOLDER CHANGES: after so many changes.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGKILL

from infrastructure.shared.backup.sqlite_restore import Swap, swap_all

CHANGES = ("os.link", "os.remove", "os.rename")
NAMES = ("a.db", "b.db")


def swaps(folder: Path) -> list[Swap]:
    return [Swap(folder / name, folder / "backup" / name) for name in NAMES]


def main(folder: str, changes: str) -> None:
    left = int(changes)

    def heard(event: str, _: object) -> None:
        nonlocal left
        if event in CHANGES:
            if left == 0:
                os.kill(os.getpid(), SIGKILL)
            left -= 1

    sys.addaudithook(heard)
    swap_all(swaps(Path(folder)), datetime.now(UTC))


if __name__ == "__main__":
    main(*sys.argv[1:])
