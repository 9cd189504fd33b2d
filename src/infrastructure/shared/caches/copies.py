"""What read models keep in a store, which is of use while it is there and never missed."""

from collections.abc import Callable, Collection
from random import uniform
from secrets import token_bytes
from time import monotonic

from infrastructure.shared.caches.stores import Store, StoreAway

OLDEST_SECONDS, LEASE_SECONDS = 30.0, 2.0
"""No copy is served longer than the first after its loading began, whatever fails."""
LEASE = b"?"


class Copies:
    """A store of copies that may be away: then there are none.

    Where a copy could not be dropped, none is believed for as long as one may live.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = monotonic) -> None:
        self._store, self._clock = store, clock
        self._doubtful_until = 0.0

    async def get(self, keys: Collection[str]) -> dict[str, bytes]:
        try:
            return {} if self._is_doubtful else await self._store.get(keys)
        except StoreAway:
            return {}

    async def lease(self, keys: Collection[str]) -> dict[str, bytes]:
        """Those of these keys that may be loaded and kept by whoever asked, and for what."""
        leases = {key: LEASE + token_bytes(8) for key in keys}
        try:
            ours = set() if self._is_doubtful else await self._store.add(leases, LEASE_SECONDS)
        except StoreAway:
            ours = set()
        return {key: leases[key] for key in ours}

    async def keep(self, leases: dict[str, bytes], contents: dict[str, bytes]) -> None:
        """Put these in place of their leases, and give up the others."""
        seconds = (OLDEST_SECONDS - LEASE_SECONDS) * uniform(0.8, 1)  # noqa: S311  # not all at once
        try:
            await self._store.swap({k: (leases[k], c) for k, c in contents.items()}, seconds)
            await self._store.drop(leases.keys() - contents.keys())
        except StoreAway:
            pass  # what is not kept is loaded again

    async def drop(self, keys: Collection[str]) -> None:
        try:
            await self._store.drop(keys)
        except StoreAway:
            self._doubtful_until = self._clock() + OLDEST_SECONDS

    @property
    def _is_doubtful(self) -> bool:
        return self._clock() < self._doubtful_until
