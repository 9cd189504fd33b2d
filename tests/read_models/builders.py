"""Read models of words, and where they are loaded from."""

from asyncio import Event
from collections import Counter
from collections.abc import Collection

from infrastructure.shared.caches.copies import Copies
from infrastructure.shared.caches.read_models import ReadModel
from infrastructure.shared.caches.stores import Store


class Source:
    """A database of words, that counts how often it is asked; it answers while its door is open."""

    def __init__(self, **words: str) -> None:
        self.words, self.asked = words, Counter[str]()
        self.door, self.entered = Event(), Event()
        self.door.set()

    async def load(self, names: Collection[str]) -> dict[str, str]:
        found = {name: self.words[name] for name in names if name in self.words}
        self.asked.update(names)
        self.entered.set()
        await self.door.wait()
        return found


def a_model(source: Source, store: Store) -> ReadModel[str]:
    """Of its own, as each process has it."""
    return ReadModel(Copies(store), "test", "word", str, source.load)


KEY = "freestone:test:v1:word:{}"
