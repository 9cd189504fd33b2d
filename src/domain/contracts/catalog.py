"""The catalog context as all others see it: what is sold, under which SKU and at what price."""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.model import NotFound, Refusal
from domain.shared.values import Money, Sku


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
    """What can be put in a basket: one price for each currency it is sold in."""

    sku: Sku
    title: str
    prices: tuple[Money, ...]
    options: tuple[OptionChoice, ...] = ()
    needs_delivery: bool = True
    tax_category: str = "standard"


@dataclass(frozen=True, kw_only=True)
class ProductDetails:
    """A product as it is described, with everything that can be bought of it."""

    product_id: str
    title: str
    variants: tuple[Variant, ...]
    description: str = ""
    categories: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


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
class FindItems:
    skus: tuple[Sku, ...]
    currency: str


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


@dataclass(frozen=True, kw_only=True)
class Items:
    items: tuple[Item, ...]


@dataclass(eq=False)
class UnknownProduct(NotFound):
    product_id: str


@dataclass(eq=False)
class SkuTaken(Refusal):
    """This SKU is a variant of another product already."""

    sku: Sku
    product_id: str


@dataclass(eq=False)
class UnfitProduct(Refusal):
    """A product that cannot be sold as described; `because` says why, for whoever described it."""

    product_id: str
    because: str


class Catalog(Protocol):
    async def put_products(self, message: PutProducts, /) -> ProductsPut:
        """Describe these products anew, all or none; putting the same again changes nothing.

        A variant that is no longer described is no longer sold. At most 500 products and 10,000
        variants at a time. Refuses with `SkuTaken` or `UnfitProduct`.
        """
        ...

    async def get_product(self, message: GetProduct, /) -> ProductDetails:
        """Refuses with `UnknownProduct`."""
        ...

    async def find_items(self, message: FindItems, /) -> Items:
        """What is sold in this currency under these SKUs; what is not is left out. Never refuses."""
        ...
