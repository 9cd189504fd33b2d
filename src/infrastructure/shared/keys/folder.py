"""A ring of keys, as the folder has them now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from json import dumps
from pathlib import Path
from time import monotonic
from typing import Any

from structlog import get_logger

from domain.shared.key_ring import LEAD, DatedKey, KeyRing
from infrastructure.shared.clock import utc_now
from infrastructure.shared.files import UnfitFile
from infrastructure.shared.keys import files as key_files
from infrastructure.shared.keys.files import TOKENS, Keys, Signing, Use

LOOKS_EVERY = 1.0
log = get_logger(__name__)


class KeyFolder:
    """Read when it is first asked for, and made then if it is not there; read again when it has
    changed, so that every process knows of a new key within a second or two of its being made.
    """

    def __init__(
        self,
        folder: Path,
        lifetime: timedelta,
        clock: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = monotonic,
        use: Use = TOKENS,
    ) -> None:
        self._folder, self._lifetime, self._use = folder, lifetime, use
        self._clock, self._ticks = clock, ticks
        self._keys: Keys | None = None
        self._traces: object = None
        self._looked_at = 0.0

    def prepare(self) -> None:
        """Make what is missing. Raises `UnfitFile`."""
        if not self._read():
            key_files.make(self._folder, self._use, self._clock())
            log.info("keys made", folder=str(self._folder), use=self._use.name)
            if not self._read():
                raise UnfitFile(f"{self._folder} has no keys, though they were made just now")

    @property
    def hashing(self) -> bytes:
        return self._current().hashing

    def signing(self) -> Signing:
        """What signs now."""
        keys = self._current()
        name = self._ring(keys).signing(self._clock()).name
        return next(one for one in keys.signing if one.dated.name == name)

    def published(self) -> str:
        """As a JWK Set."""
        return dumps({"keys": self.public_keys()})

    def public_keys(self) -> list[dict[str, Any]]:
        """Those by which what was signed is verified, as JWKs (UCP SIG-3)."""
        keys = self._current()
        names = [dated.name for dated in self._ring(keys).published(self._clock())]
        by_name = {one.dated.name: one for one in keys.signing}
        return [by_name[name].public for name in names]

    def told(self) -> list[tuple[DatedKey, str]]:
        """Every key, and what it is for now."""
        now, keys = self._clock(), self._current()
        ring = self._ring(keys)
        signing, published = ring.signing(now), ring.published(now)
        return [
            (key, "signs" if key == signing else "verifies" if key in published else "retired")
            for key in (one.dated for one in keys.signing)
        ]

    def rotate(self, *, at_once: bool = False) -> str:
        """A new key, which is published now and signs in a while; its name. Keys that are good for
        nothing any more are deleted; `at_once`, all others are, and what they signed is void.

        Raises `UnfitFile`.
        """
        now, keys = self._clock(), self._current()
        gone = keys.signing if at_once else self._retired(keys, now)
        name = key_files.add(self._folder, self._use, keys, now, now if at_once else now + LEAD)
        for signing in gone:
            key_files.remove(signing)
        self._read()
        return name

    def _retired(self, keys: Keys, now: datetime) -> tuple[Signing, ...]:
        retired = self._ring(keys).retired(now)
        return tuple(one for one in keys.signing if one.dated in retired)

    def _ring(self, keys: Keys) -> KeyRing:
        """Of keys that were read at once: each time they are asked for, there may be others."""
        return KeyRing(tuple(one.dated for one in keys.signing), self._lifetime)

    def _current(self) -> Keys:
        if not self._keys:
            self.prepare()
        elif self._ticks() - self._looked_at >= LOOKS_EVERY:
            self._look_again()
        if not self._keys:
            raise UnfitFile(f"{self._folder} has no keys")
        return self._keys

    def _look_again(self) -> None:
        """Whoever is writing there may not have finished: until then, what was read last holds."""
        self._looked_at = self._ticks()
        try:
            if key_files.traces(self._folder) != self._traces:
                self._read()
        except (UnfitFile, OSError) as why:
            log.warning("keys cannot be read again", why=str(why))

    def _read(self) -> bool:
        """Whether there were all that are needed; if not, what was read before stays."""
        traces = key_files.traces(self._folder) if self._folder.is_dir() else ()
        if keys := key_files.read(self._folder, self._use):
            self._keys, self._traces, self._looked_at = keys, traces, self._ticks()
        return keys is not None
