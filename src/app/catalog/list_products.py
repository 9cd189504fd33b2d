from dataclasses import dataclass

from domain.catalog.fitness import is_name
from domain.catalog.ports import Begin, Showcase
from domain.contracts.catalog import MOST_OF_A_PAGE, ListProducts, ProductPage, UnknownCursor


@dataclass(frozen=True)
class ListProductsHandler:
    begin: Begin
    showcase: Showcase

    async def __call__(self, message: ListProducts, /) -> ProductPage:
        if message.after is not None and not is_name(message.after):
            raise UnknownCursor(message.after)
        most = max(1, min(message.most, MOST_OF_A_PAGE))
        if message.may_be_stale:
            return await self.showcase.page(message.after, most, is_archived=message.is_archived)
        async with self.begin() as products:
            page = await products.page(message.after, most, is_archived=message.is_archived)
        return ProductPage(
            items=tuple(product.kept() for product in page.products),
            next=page.next,
        )
