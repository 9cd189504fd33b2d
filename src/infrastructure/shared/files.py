"""Files of ours: who may read them, and when they are on the disk."""

import os
from pathlib import Path
from typing import BinaryIO


class UnfitFile(Exception):
    """A file cannot be used, or not be made; says which, and what to do."""


def nobody_elses(path: Path) -> BinaryIO:
    """A new file that others cannot read: it tells of people. One left by a program that was killed
    is not written on, for who may read that one is not known.
    """
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sync(path: Path) -> None:
    """What is written to a file, or which names are in a folder, survives the loss of power."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
