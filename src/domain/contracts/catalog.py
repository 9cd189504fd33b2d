"""The catalog context as all others see it: what is sold, under which SKU and at what price."""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal, Stale, Unfit
from domain.shared.values import Money, Sku

MOST_OF_A_PAGE = 100
"""Products, and names that are looked up at a time."""


@dataclass(frozen=True, kw_only=True)
class Media:
    url: str
    kind: str = "image"
    alt_text: str | None = None


@dataclass(frozen=True, kw_only=True)
class OptionChoice:
    """What sets one variant apart from its siblings: size L, colour red."""

    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What can be put in a basket: one price for each currency it is sold in.

    What `ships_apart` is too large or too delicate to travel in one parcel with other goods.
    """

    sku: Sku
    title: str
    prices: tuple[Money, ...]
    options: tuple[OptionChoice, ...] = ()
    needs_delivery: bool = True
    tax_category: str = "standard"
    ships_apart: bool = False


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What buyers must be shown beside a product: allergens, a warning that a law demands.

    `code` is of the kind; `content_type` is plain or markdown. It is for those to whom goods go in
    this country, and this region of it; where none is named, for everybody.
    """

    code: str
    text: str
    content_type: str = "plain"
    image_url: str | None = None
    url: str | None = None
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProductDetails:
    """A product as it is described, with everything that can be bought of it."""

    product_id: str
    title: str
    variants: tuple[Variant, ...]
    description: str = ""
    categories: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PutProducts:
    products: tuple[ProductDetails, ...]


@dataclass(frozen=True, kw_only=True)
class ProductsPut:
    products: int


@dataclass(frozen=True, kw_only=True)
class GetProduct:
    product_id: str


@dataclass(frozen=True, kw_only=True)
class FindProduct:
    """`may_be_stale`: as it was a moment ago will do."""

    product_id: str
    may_be_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class KeptProduct:
    """A product as whoever looks after it sees it. What is archived is not sold."""

    details: ProductDetails
    version: int
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class CreateProduct:
    product: ProductDetails


@dataclass(frozen=True, kw_only=True)
class UpdateProduct:
    """`version` is the one that the new description was made from; none is any."""

    product: ProductDetails
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ArchiveProduct:
    product_id: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class RestoreProduct:
    product_id: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ListProducts:
    """Those that are sold, or those that are archived. `after` is the `next` of the page before.

    `may_be_stale`: as they were a moment ago will do.
    """

    after: str | None = None
    most: int = 20
    is_archived: bool = False
    may_be_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class ProductPage:
    items: tuple[KeptProduct, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class SearchProducts:
    """Products that are sold in this currency. `query` is what a buyer typed: all of its words, the
    last of which may be the beginning of one; without it, products by their ids.

    One of the `categories`, if any are named; a variant at a price between these two, in minor
    units. `after` is the `next` of the page before, of the same search.
    """

    currency: str
    query: str | None = None
    categories: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    after: str | None = None
    most: int = 10


@dataclass(frozen=True, kw_only=True)
class FoundProducts:
    """The best first: all words in the title, in title and categories, anywhere."""

    items: tuple[KeptProduct, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class LookUpProducts:
    """By names that may be SKUs of variants, or else ids of products."""

    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProductsLookedUp:
    items: tuple[KeptProduct, ...]


@dataclass(frozen=True, kw_only=True)
class FindItems:
    """`may_be_stale`: as they were a moment ago will do. For what is bought it will not."""

    skus: tuple[Sku, ...]
    currency: str
    may_be_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Item:
    """A variant as it stands on an order line. `title` suffices alone."""

    sku: Sku
    product_id: str
    title: str
    unit_price: Money
    image_url: str | None = None
    needs_delivery: bool = True
    tax_category: str = "standard"
    disclosures: tuple[Disclosure, ...] = ()
    ships_apart: bool = False


@dataclass(frozen=True, kw_only=True)
class Items:
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class ProductRevised(Event, name="catalog.product_revised.v1"):
    """A product is new, or is not what it was: described anew, archived, or sold again."""

    product_id: str
    is_archived: bool


@dataclass(eq=False)
class UnknownProduct(NotFound):
    product_id: str


@dataclass(eq=False)
class ProductExists(Refusal):
    """There is a product of this id already."""

    product_id: str


@dataclass(eq=False)
class ProductChanged(Stale):
    """It was changed since this version of it was read; `version` is the one that stands."""

    product_id: str
    version: int


@dataclass(eq=False)
class UnknownCursor(Unfit):
    """No page ended with this."""

    after: str


@dataclass(eq=False)
class SkuTaken(Refusal):
    """This SKU is a variant of another product already."""

    sku: Sku
    product_id: str


@dataclass(eq=False)
class UnfitProduct(Unfit):
    """A product that cannot be sold as described, and why, for whoever described it."""

    product_id: str
    because: str


class Catalog(Protocol):
    """What may be stale is as it was at most 30 seconds ago, and mostly less than one; whoever
    changed it in the same process sees the change at once.
    """

    async def put_products(self, message: PutProducts, /) -> ProductsPut:
        """Describe these products anew, all or none; putting the same again changes nothing.

        A variant that is no longer described is no longer sold; a product that was archived is
        sold again. At most 500 products and 10,000 variants at a time. Refuses with `SkuTaken` or
        `UnfitProduct`.
        """
        ...

    async def create_product(self, message: CreateProduct, /) -> KeptProduct:
        """Refuses with `ProductExists`, `SkuTaken` or `UnfitProduct`."""
        ...

    async def update_product(self, message: UpdateProduct, /) -> KeptProduct:
        """Put this in place of its description; archived or not, it stays so.

        What stands already is not put again, and keeps its version, whatever version is named.
        Refuses with `UnknownProduct`, `ProductChanged`, `SkuTaken` or `UnfitProduct`.
        """
        ...

    async def archive_product(self, message: ArchiveProduct, /) -> KeptProduct:
        """Sell it no more, but keep it, and its SKUs for it; archiving it again changes nothing.

        Refuses with `UnknownProduct` or `ProductChanged`.
        """
        ...

    async def restore_product(self, message: RestoreProduct, /) -> KeptProduct:
        """Sell it again; what is sold already stays as it is.

        Refuses with `UnknownProduct` or `ProductChanged`.
        """
        ...

    async def get_product(self, message: GetProduct, /) -> ProductDetails:
        """What it is, archived or not. Refuses with `UnknownProduct`."""
        ...

    async def find_product(self, message: FindProduct, /) -> KeptProduct:
        """What it is and how it stands. Refuses with `UnknownProduct`."""
        ...

    async def list_products(self, message: ListProducts, /) -> ProductPage:
        """Products by their ids, at most 100 a page; fewer where they have very many variants.

        Refuses with `UnknownCursor`.
        """
        ...

    async def search_products(self, message: SearchProducts, /) -> FoundProducts:
        """What is sold and fits, at most 100 a page, as it was a moment ago.

        Odd queries are no mistake: what holds no word finds nothing. Refuses with `UnknownCursor`
        what is no `next` of this search.
        """
        ...

    async def look_up_products(self, message: LookUpProducts, /) -> ProductsLookedUp:
        """The products of the first 100 of these names, each once, as they were a moment ago.

        What is not there, or is archived, is left out. Never refuses.
        """
        ...

    async def find_items(self, message: FindItems, /) -> Items:
        """What is sold in this currency under these SKUs; what is not, or is archived, is left out.

        Never refuses.
        """
        ...
