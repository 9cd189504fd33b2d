"""What is sold: a product, and the variants of it that can be put in a basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.catalog.fitness import require_fit, title_of
from domain.contracts.catalog import (
    Item,
    KeptProduct,
    ProductChanged,
    ProductDetails,
    ProductRevised,
    SkuTaken,
    UnfitProduct,
    Variant,
)
from domain.shared.model import Aggregate
from domain.shared.values import Sku

MOST_PRODUCTS, MOST_VARIANTS = 500, 10_000  # described at a time


@dataclass
class Product(Aggregate):
    """What is described together. It has at least one variant, and each has at least one price.

    What is archived is not sold.
    """

    details: ProductDetails
    is_archived: bool = False

    @property
    def product_id(self) -> str:
        return self.details.product_id

    @property
    def skus(self) -> tuple[Sku, ...]:
        return tuple(variant.sku for variant in self.details.variants)

    @property
    def image_url(self) -> str | None:
        """The picture that stands for it: the first."""
        return next((one.url for one in self.details.media if one.kind == "image"), None)

    @classmethod
    def described(cls, details: ProductDetails) -> "Product":
        """A new product. Refuses with `UnfitProduct`."""
        require_fit(details)
        product = cls(details)
        product._note()
        return product

    def describe(self, details: ProductDetails) -> None:
        """Put this in place of the description. Refuses with `UnfitProduct`."""
        require_fit(details)
        if details != self.details:
            self.details = details
            self._note()

    def revise(self, details: ProductDetails, version: int | None) -> None:
        """`describe`, by one who read this version. Refuses with `ProductChanged` too."""
        if details != self.details:
            self._require_unchanged(version)
            self.describe(details)

    def archive(self, version: int | None = None) -> None:
        """Refuses with `ProductChanged`."""
        if not self.is_archived:
            self._require_unchanged(version)
            self.is_archived = True
            self._note()

    def restore(self, version: int | None = None) -> None:
        """Refuses with `ProductChanged`."""
        if self.is_archived:
            self._require_unchanged(version)
            self.is_archived = False
            self._note()

    def kept(self) -> KeptProduct:
        return KeptProduct(details=self.details, version=self.version, is_archived=self.is_archived)

    @classmethod
    def of(cls, kept: KeptProduct) -> "Product":
        """To be looked at, not to be changed: its events are not known."""
        return cls(kept.details, is_archived=kept.is_archived, version=kept.version)

    def variant(self, sku: Sku) -> Variant | None:
        return next((one for one in self.details.variants if one.sku == sku), None)

    def item(self, variant: Variant, currency: str) -> Item | None:
        """How it stands on an order line, if it is sold in this currency."""
        price = next((one for one in variant.prices if one.currency == currency), None)
        if self.is_archived or not price:
            return None
        return Item(
            sku=variant.sku,
            product_id=self.product_id,
            title=self.title_of(variant),
            unit_price=price,
            image_url=self.image_url,
            needs_delivery=variant.needs_delivery,
            tax_category=variant.tax_category,
            disclosures=self.details.disclosures,
            ships_apart=variant.ships_apart,
        )

    def _note(self) -> None:
        self.record(ProductRevised(product_id=self.product_id, is_archived=self.is_archived))

    def _require_unchanged(self, version: int | None) -> None:
        if version not in (None, self.version):
            raise ProductChanged(self.product_id, self.version)

    def title_of(self, variant: Variant) -> str:
        """A title that suffices alone."""
        return title_of(self.details, variant)


def require_few(details: Sequence[ProductDetails]) -> None:
    """No more at a time than one transaction should write, and none of them twice."""
    seen: set[str] = set()
    variants = 0
    for number, one in enumerate(details):
        variants += len(one.variants)
        if number == MOST_PRODUCTS or variants > MOST_VARIANTS:
            most = f"at most {MOST_PRODUCTS} products and {MOST_VARIANTS} variants at a time"
            raise UnfitProduct(one.product_id, most)
        if one.product_id in seen:
            raise UnfitProduct(one.product_id, "it is described twice")
        seen.add(one.product_id)


def require_own_skus(products: Sequence[Product], owners: Mapping[Sku, str]) -> None:
    """No SKU is sold as two products. `owners` says whose the SKUs are that are known already.

    One that its owner gives up at the same time is free. Refuses with `SkuTaken`.
    """
    described = {product.product_id for product in products}
    taken = {sku: owner for sku, owner in owners.items() if owner not in described}
    for product in products:
        for sku in product.skus:
            if (owner := taken.setdefault(sku, product.product_id)) != product.product_id:
                raise SkuTaken(sku, owner)
