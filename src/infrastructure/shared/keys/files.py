"""The files that keys lie in: whoever can read them can be anybody here (SEC-9)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from json import dumps, loads
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE, S_IRWXO, S_IWGRP
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from domain.shared.key_ring import DatedKey
from infrastructure.shared.files import UnfitFile, nobody_elses, sync

CURVE = "P-256"
HASHING = "hashing.key"
SHORTEST = 64
"""Hexadecimal digits of the hashing key."""
OPEN_TO_OTHERS = S_IRWXO | S_IWGRP


@dataclass(frozen=True)
class Use:
    """What the keys of a ring are for: `name` begins their files. With those of one the key lies that
    hashes what opens something.
    """

    name: str
    has_hashing: bool = False

    @property
    def files(self) -> str:
        return f"{self.name}-*.json"


TOKENS = Use("signing", has_hashing=True)
MESSAGES = Use("message")
"""Never the same keys: who can have a message signed must not be able to make a token of it."""


@dataclass(frozen=True)
class Signing:
    """A key that signs, and the file it lies in."""

    path: Path
    number: int
    dated: DatedKey
    key: ECKey

    @cached_property
    def public(self) -> dict[str, Any]:
        """As a JWK."""
        public = self.key.as_dict(private=False)
        return {**public, "kid": self.dated.name, "alg": "ES256", "use": "sig"}


@dataclass(frozen=True)
class Keys:
    hashing: bytes
    signing: tuple[Signing, ...]


def traces(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes where any file of a folder does; one that is being written is none yet.

    Raises `OSError`.
    """
    return tuple(sorted(_trace(path) for path in folder.glob("[!.]*")))


def read(folder: Path, use: Use) -> Keys | None:
    """The keys of one use, if the folder has all that it needs. Raises `UnfitFile`."""
    try:
        if not folder.is_dir():
            return None
        hashing = folder / HASHING
        signing = tuple(_signing(path) for path in sorted(folder.glob(use.files)))
        if not signing or (use.has_hashing and not hashing.exists()):
            return None
        return Keys(_hashing(hashing) if use.has_hashing else b"", signing)
    except OSError as why:
        raise UnfitFile(f"{why.filename or folder} cannot be read: {why.strerror or why}") from why


def make(folder: Path, use: Use, now: datetime) -> None:
    """What is missing there; what is there stays. Another may do the same at this moment.

    Raises `UnfitFile`.
    """
    with _writing(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if use.has_hashing:
            with suppress(FileExistsError):
                _write(folder / HASHING, token_hex(32))
        if not any(folder.glob(use.files)):
            with suppress(FileExistsError):
                _write_signing(folder, use, 1, ECKey.generate_key(CURVE), now, now)


def add(folder: Path, use: Use, keys: Keys, now: datetime, signs_from: datetime) -> str:
    """A key more; its name. Raises `UnfitFile`."""
    number = 1 + max(one.number for one in keys.signing)
    key = ECKey.generate_key(CURVE)
    with _writing(folder):
        _write_signing(folder, use, number, key, now, signs_from)
    return key.thumbprint()


def remove(signing: Signing) -> None:
    """Raises `UnfitFile`."""
    with _writing(signing.path.parent):
        signing.path.unlink(missing_ok=True)
        sync(signing.path.parent)


def _hashing(path: Path) -> bytes:
    _require_closed(path)
    text = path.read_text("ascii", "replace").strip()
    if len(text) < SHORTEST:
        raise UnfitFile(f"{path} has no {SHORTEST} characters: was it cut short?")
    return text.encode()


def _signing(path: Path) -> Signing:
    _require_closed(path)
    try:
        told = loads(path.read_bytes())
        key = ECKey.import_key(told["key"])
        made_at = datetime.fromisoformat(told["made_at"])
        signs_from = datetime.fromisoformat(told["signs_from"])
        number = int(path.stem.partition("-")[2])
        is_whole = key.is_private and key.curve_name == CURVE and made_at.tzinfo is not None
    except (ValueError, KeyError, TypeError, JoseError) as garbled:
        raise UnfitFile(f"{path} is no signing key of ours") from garbled
    if not is_whole or signs_from.tzinfo is None:
        raise UnfitFile(f"{path} is no signing key of ours")
    dated = DatedKey(name=key.thumbprint(), made_at=made_at, signs_from=signs_from)
    return Signing(path, number, dated, key)


def _require_closed(path: Path) -> None:
    if S_IMODE(path.stat().st_mode) & OPEN_TO_OTHERS:
        raise UnfitFile(f"{path} is open to others: chmod 600 {path}, and make new keys if it was")


def _write_signing(
    folder: Path, use: Use, number: int, key: ECKey, now: datetime, signs_from: datetime
) -> None:
    told = {
        "made_at": now.isoformat(),
        "signs_from": signs_from.isoformat(),
        "key": key.as_dict(private=True),
    }
    _write(folder / use.files.replace("*", f"{number:04}"), dumps(told, indent=2))


def _write(path: Path, text: str) -> None:
    """A whole file or none, and never in the place of another. Raises `FileExistsError`."""
    draft = path.with_name(f".{path.name}-{token_hex(8)}")
    try:
        with nobody_elses(draft) as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise UnfitFile(f"{folder} cannot be written to: {why.strerror or why}") from why


def _trace(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:  # removed since it was listed
        return path.name, 0, 0
    return path.name, status.st_mtime_ns, status.st_ino
