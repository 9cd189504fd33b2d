from dataclasses import dataclass

from app.catalog.find_items import FindItemsHandler
from app.catalog.get_product import GetProductHandler
from app.catalog.put_products import PutProductsHandler


@dataclass(frozen=True)
class CatalogService:
    """The `Catalog` contract, kept here in this process: one handler for each call."""

    put_products: PutProductsHandler
    get_product: GetProductHandler
    find_items: FindItemsHandler
