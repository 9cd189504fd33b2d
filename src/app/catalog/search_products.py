from dataclasses import dataclass

from domain.catalog.ports import Showcase
from domain.catalog.search import Search, cursor
from domain.contracts.catalog import FoundProducts, SearchProducts


@dataclass(frozen=True)
class SearchProductsHandler:
    showcase: Showcase

    async def __call__(self, message: SearchProducts, /) -> FoundProducts:
        items, last = await self.showcase.search(Search.of(message))
        return FoundProducts(items=items, next=cursor(message, last) if last else None)
