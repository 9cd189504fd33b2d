"""The showcase: read models of products, of who sells a SKU, and of the pages of a list."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

from pydantic import TypeAdapter

from domain.catalog.fitness import is_name
from domain.catalog.page import IdsPage
from domain.catalog.product import Product
from domain.catalog.search import Place, Search, SearchPage
from domain.contracts.catalog import Item, KeptProduct, ProductPage, UnknownProduct
from domain.shared.values import Sku, is_sku
from infrastructure.catalog.products import SqlProducts
from infrastructure.shared.caches.copies import Copies
from infrastructure.shared.caches.read_models import ReadModel

Open = Callable[[], AbstractAsyncContextManager[SqlProducts]]
ALL = "all"
LONGEST_NAME = 512  # of a search that is kept
searches: TypeAdapter[Search] = TypeAdapter(Search)


class KeptShowcase:
    """Asks the database for what it has no copy of, and for what it makes no copies of."""

    def __init__(self, open_: Open, copies: Copies) -> None:
        self._open = open_
        self._products = ReadModel(copies, "catalog", "product", KeptProduct, self._load)
        self._owners = ReadModel(copies, "catalog", "sku", str, self._load_owners)
        self._stamps = ReadModel(copies, "catalog", "stamp", str, _stamped)
        self._pages = ReadModel(copies, "catalog", "page", IdsPage, self._load_pages)
        self._searches = ReadModel(copies, "catalog", "search", SearchPage, self._load_searches)

    async def get(self, product_id: str) -> KeptProduct:
        found = await self._find([product_id] if is_name(product_id) else [])
        if not found:
            raise UnknownProduct(product_id)
        return found[product_id]

    async def find_items(self, skus: Sequence[Sku], currency: str) -> dict[Sku, Item]:
        """A SKU whose owner gave it up to another is asked for: that copy of its owner tells."""
        owners = await self._owners.find(skus)
        shown = await self._products.find(owners.values())
        items, untold = {}, []
        for sku in skus:
            owner = shown.get(owners.get(sku, ""))
            product = Product.of(owner) if owner else None
            variant = product.variant(sku) if product else None
            if not (product and variant):
                untold.append(sku)
            elif item := product.item(variant, currency):
                items[sku] = item
        if untold:
            async with self._open() as products:
                items |= await products.find_items(untold, currency)
        return items

    async def page(self, after: str | None, most: int, *, is_archived: bool) -> ProductPage:
        """Pages are kept under a stamp, which is a new one after any change of any product."""
        stamp = (await self._stamps.find([ALL]))[ALL]
        name = f"{stamp}:{is_archived:d}:{most}:{after or ''}"
        page = (await self._pages.find([name]))[name]
        found = await self._find(page.product_ids)
        items = (found[one] for one in page.product_ids if one in found)
        return ProductPage(
            items=tuple(item for item in items if item.is_archived == is_archived),
            next=page.next,
        )

    async def search(self, search: Search) -> tuple[tuple[KeptProduct, ...], Place | None]:
        """Pages of it are kept like those of lists, but for searches that nobody makes twice."""
        if search.words == ():
            return (), None
        stamp = (await self._stamps.find([ALL]))[ALL]
        name = f"{stamp}:{searches.dump_json(search).decode()}"
        if len(name) > LONGEST_NAME:
            page = await self._search(search)
        else:
            page = (await self._searches.find([name]))[name]
        found = await self._find([place.product_id for place in page.places])
        items = (found[one.product_id] for one in page.places if one.product_id in found)
        last = page.places[-1] if page.has_more else None
        return tuple(item for item in items if not item.is_archived), last

    async def look_up(self, names: Sequence[str]) -> tuple[KeptProduct, ...]:
        owners = await self._owners.find([name for name in names if is_sku(name)])
        ids = [at for name in names if is_name(at := owners.get(name, name))]
        found = await self._find(list(dict.fromkeys(ids)))
        return tuple(found[one] for one in dict.fromkeys(ids) if one in found)

    async def forget(self, product_ids: Collection[str]) -> None:
        """These are not what they were."""
        await self._products.forget(product_ids)
        await self._stamps.forget([ALL])

    async def _find(self, product_ids: Sequence[str]) -> dict[str, KeptProduct]:
        found = await self._products.find(product_ids)
        if untold := [one for one in product_ids if one not in found]:
            found |= await self._load(untold)
        return found

    async def _load(self, product_ids: Collection[str]) -> dict[str, KeptProduct]:
        async with self._open() as products:
            found = await products.find(list(product_ids))
        return {product_id: product.kept() for product_id, product in found.items()}

    async def _load_owners(self, skus: Collection[str]) -> dict[str, str]:
        async with self._open() as products:
            owners = await products.find_owners([Sku(sku) for sku in skus])
        return {str(sku): owner for sku, owner in owners.items()}

    async def _search(self, search: Search) -> SearchPage:
        async with self._open() as products:
            return await products.index.find(search)

    async def _load_searches(self, names: Collection[str]) -> dict[str, SearchPage]:
        asked = {name: searches.validate_json(name.partition(":")[2]) for name in names}
        return {name: await self._search(search) for name, search in asked.items()}

    async def _load_pages(self, names: Collection[str]) -> dict[str, IdsPage]:
        pages = {}
        for name in names:
            _, is_archived, most, after = name.split(":", 3)
            async with self._open() as products:
                page = await products.ids(after or None, int(most), is_archived=is_archived == "1")
            pages[name] = page
        return pages


async def _stamped(names: Collection[str]) -> dict[str, str]:
    return {name: uuid4().hex for name in names}


@asynccontextmanager
async def showing_anew(open_: Open, showcase: KeptShowcase) -> AsyncIterator[SqlProducts]:
    """What a transaction changed is shown anew once that is committed, before anybody is told."""
    async with open_() as products:
        yield products
    if products.saved:
        await showcase.forget(products.saved)
