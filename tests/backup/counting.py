"""Writes to files in turn, until it is killed: none has less than the next, nor the first more than
one more than the last.

python -m tests.backup.counting FOLDER
"""

import sys
from pathlib import Path
from sqlite3 import connect

NAMES = tuple(f"{letter}.db" for letter in "abcdef")


def main(folder: str) -> None:
    files = [connect(Path(folder) / name, isolation_level=None, timeout=30) for name in NAMES]
    for one in files:
        one.execute("PRAGMA synchronous = OFF")  # quickly, so that much happens between two looks
    while True:
        for one in files:
            one.execute("UPDATE told SET number = number + 1")


if __name__ == "__main__":
    main(*sys.argv[1:])
