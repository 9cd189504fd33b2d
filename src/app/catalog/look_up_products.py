from dataclasses import dataclass

from domain.catalog.ports import Showcase
from domain.contracts.catalog import MOST_OF_A_PAGE, LookUpProducts, ProductsLookedUp


@dataclass(frozen=True)
class LookUpProductsHandler:
    showcase: Showcase

    async def __call__(self, message: LookUpProducts, /) -> ProductsLookedUp:
        names = list(dict.fromkeys(message.names))[:MOST_OF_A_PAGE]
        found = await self.showcase.look_up(names)
        return ProductsLookedUp(items=tuple(one for one in found if not one.is_archived))
