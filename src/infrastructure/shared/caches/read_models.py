"""Copies of what a database holds, for those to whom a moment ago will do.

What was dropped is not put back by a load that was under way: whoever loads puts a lease under the key
first, and the copy only in place of that lease. Dropping the key drops the lease with it.
"""

from asyncio import Task, create_task, shield, timeout
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Generic, TypeVar

from structlog import get_logger

from infrastructure.shared.caches.copies import LEASE, Copies
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.engines import require_no_transaction
from infrastructure.shared.database.statements import issue_as
from infrastructure.shared.envelope import current

Document = TypeVar("Document")
LOAD_SECONDS = 5.0
MOST_BYTES = 64 * 1024
"""Of one copy; what is larger is quicker asked of a database than taken apart."""
COPY, TOO_LARGE = b"=", b"!"
FORMAT = "freestone:{context}:v1:{name}:{key}"
"""Of keys. Another version of the code that keeps something else under them counts up."""
log = get_logger(__name__)


class ReadModel(Generic[Document]):
    """One kind of documents of a context. `load` finds those of these names that there are.

    What there is not is not kept, nor what is too large: `find` says nothing of it, and who must
    know asks the source.
    """

    def __init__(
        self,
        copies: Copies,
        context: str,
        name: str,
        kind: type[Document],
        load: Callable[[Collection[str]], Awaitable[dict[str, Document]]],
    ) -> None:
        self._copies, self._context, self._name = copies, context, name
        self._adapter, self._source = adapter(kind), load
        self._flights: dict[str, Task[dict[str, Document]]] = {}

    async def find(self, names: Iterable[str]) -> dict[str, Document]:
        """Whoever asks for what is being looked for waits for it: of a crowd, one looks."""
        require_no_transaction("a load")
        wanted = set(names)
        found: dict[str, Document] = {}
        for flight in self._flights_of(wanted):
            found |= await shield(flight)
        return {name: found[name] for name in wanted & found.keys()}

    async def forget(self, names: Collection[str]) -> None:
        """No copy of these that was begun before this is found after it, here; nor elsewhere, if
        the store is shared and answers.
        """
        try:
            await self._copies.drop([self._key(name) for name in names])
        finally:  # and not before, or one might begin that finds what is being dropped
            for name in names:
                self._flights.pop(name, None)

    def _flights_of(self, names: Collection[str]) -> set[Task[dict[str, Document]]]:
        if new := [name for name in names if name not in self._flights]:
            # of the application: who asked first may leave, and the others still wait
            flight = create_task(self._look(new), context=current().alone())
            self._flights.update(dict.fromkeys(new, flight))
            flight.add_done_callback(lambda landed: self._land(new, landed))
        return {self._flights[name] for name in names}

    def _land(self, names: Collection[str], flight: Task[dict[str, Document]]) -> None:
        for name in names:
            if self._flights.get(name) is flight:
                del self._flights[name]
        if not flight.cancelled():
            flight.exception()  # told to those who wait, if any still do

    async def _look(self, names: Collection[str]) -> dict[str, Document]:
        issue_as(f"{self._context} read model")
        found, unknown = await self._kept(names)
        return found | await self._load(unknown) if unknown else found

    async def _load(self, names: Collection[str]) -> dict[str, Document]:
        leases = await self._copies.lease([self._key(name) for name in names])
        others = [name for name in names if self._key(name) not in leases]
        found, unknown = await self._kept(others)  # another may have kept it just now
        ours = [name for name in names if self._key(name) in leases]
        async with timeout(LOAD_SECONDS):
            loaded = await self._source([*ours, *unknown])
        if leases:
            kept = {self._key(n): self._dumped(loaded[n]) for n in ours if n in loaded}
            await self._copies.keep(leases, kept)
        return found | loaded

    async def _kept(self, names: Collection[str]) -> tuple[dict[str, Document], list[str]]:
        """What there are copies of, and of which nothing is known. What is too large is neither."""
        keys = {name: self._key(name) for name in names}
        contents = await self._copies.get(keys.values())
        found, unknown, garbage = {}, [], []
        for name, key in keys.items():
            kind, content = (said := contents.get(key, LEASE))[:1], said[1:]
            if kind == COPY and (document := self._read(content)) is not None:
                found[name] = document
            elif said != TOO_LARGE:
                unknown.append(name)
                garbage += [] if kind == LEASE else [key]
        if garbage:
            log.warning("copies that make no sense", of=self._name, copies=len(garbage))
            await self._copies.drop(garbage)
        return found, unknown

    def _read(self, content: bytes) -> Document | None:
        """Nothing, if another wrote it or part of it is lost."""
        try:
            document: Document = self._adapter.validate_json(content)
        except ValueError:
            return None
        return document

    def _dumped(self, document: Document) -> bytes:
        dumped: bytes = COPY + self._adapter.dump_json(document)
        return dumped if len(dumped) <= MOST_BYTES else TOO_LARGE

    def _key(self, name: str) -> str:
        return FORMAT.format(context=self._context, name=self._name, key=name)
