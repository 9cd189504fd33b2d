from dataclasses import dataclass

from app.catalog.archive_product import ArchiveProductHandler
from app.catalog.create_product import CreateProductHandler
from app.catalog.find_items import FindItemsHandler
from app.catalog.find_product import FindProductHandler
from app.catalog.get_product import GetProductHandler
from app.catalog.list_products import ListProductsHandler
from app.catalog.look_up_products import LookUpProductsHandler
from app.catalog.put_products import PutProductsHandler
from app.catalog.restore_product import RestoreProductHandler
from app.catalog.search_products import SearchProductsHandler
from app.catalog.update_product import UpdateProductHandler


@dataclass(frozen=True)
class CatalogService:
    """The `Catalog` contract, kept here in this process: one handler for each call."""

    put_products: PutProductsHandler
    create_product: CreateProductHandler
    update_product: UpdateProductHandler
    archive_product: ArchiveProductHandler
    restore_product: RestoreProductHandler
    get_product: GetProductHandler
    find_product: FindProductHandler
    list_products: ListProductsHandler
    search_products: SearchProductsHandler
    look_up_products: LookUpProductsHandler
    find_items: FindItemsHandler
