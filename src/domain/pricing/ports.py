"""What the pricing model needs from the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.contracts.pricing import RequestQuote
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

        What has not changed is not stored.
        """
        ...


Begin = Callable[[], AbstractAsyncContextManager[PriceRules]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
