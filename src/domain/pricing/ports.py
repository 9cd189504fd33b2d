"""What the pricing model needs from the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.contracts.pricing import RequestQuote
from domain.pricing.editions import Edition
from domain.pricing.kinds import Key, KindOf, Rule
from domain.pricing.rules import Rules


class PriceRules(Protocol):
    """All rules, as if they were in memory: values under keys of their own.

    A discount is known by its code, a promotion by its id, a tax rate by country, region and
    category.
    """

    async def about(self, request: RequestQuote) -> Rules:
        """The rules that could matter to this basket, and of a promotion's items those in it."""
        ...

    async def put(self, rules: Rules) -> None:
        """Keep these under their keys. Raises `Conflict` if another does so at the same time.

        What has not changed is not stored, and keeps its version.
        """
        ...

    async def get(self, kind: KindOf[Rule], key: Key) -> Edition[Rule]:
        """Refuses with `UnknownRule`."""
        ...

    async def page(self, kind: KindOf[Rule], after: Key | None, most: int) -> list[Edition[Rule]]:
        """The first behind a key, or of all, in the order of their keys."""
        ...

    async def add(self, new: Edition[Rule]) -> None:
        """Refuses with `RuleExists`."""
        ...

    async def save(self, was: Edition[Rule], now: Edition[Rule]) -> None:
        """Put one edition in the place of another. Raises `Conflict` if that no longer stands.

        What has not changed is not stored.
        """
        ...

    async def remove(self, was: Edition[Rule]) -> None:
        """Keep it no more. Raises `Conflict` if it no longer stands."""
        ...


Begin = Callable[[], AbstractAsyncContextManager[PriceRules]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
