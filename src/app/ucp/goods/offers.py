"""A product as it is offered in one currency: its variants, what they cost, and whether there are any."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.ucp.goods.bodies import PriceBody
from domain.contracts.catalog import KeptProduct, ProductDetails, Variant
from domain.contracts.inventory import Stock
from domain.shared.values import Money, Sku

Shelf = Mapping[Sku, Stock] | None
"""What lies there of what was ever counted, or nothing where nobody could say just now."""


@dataclass(frozen=True)
class Offer:
    variant: Variant
    price: Money

    @property
    def sku(self) -> Sku:
        return self.variant.sku

    @property
    def options(self) -> dict[str, str]:
        return {one.name: one.label for one in self.variant.options}

    def costs(self, price: PriceBody) -> bool:
        """Whether it is as cheap and as dear as that."""
        least, most = price.min or 0, self.price.minor_units if price.max is None else price.max
        return least <= self.price.minor_units <= most


@dataclass(frozen=True)
class Offered:
    """`variants` are those to speak of, the featured one first (CAT-5), of `all_`."""

    details: ProductDetails
    all_: tuple[Offer, ...]
    variants: tuple[Offer, ...]

    @classmethod
    def of(cls, product: KeptProduct, currency: str) -> "Offered | None":
        """Nothing, if none of its variants is sold in this currency."""
        details = product.details
        offers = tuple(
            Offer(variant, price)
            for variant in details.variants
            for price in variant.prices
            if price.currency == currency
        )
        return cls(details, offers, offers) if offers else None

    def showing(self, *offers: Offer) -> "Offered":
        return replace(self, variants=tuple(dict.fromkeys(offers)))

    def within(self, price: PriceBody) -> "Offered | None":
        """With those variants alone that cost so much, if there are any (CAT-26)."""
        fit = tuple(offer for offer in self.variants if offer.costs(price))
        return replace(self, variants=fit) if fit else None

    def is_in(self, categories: tuple[str, ...]) -> bool:
        """In one of these; where none is named, it need not be in any (CAT-13)."""
        return not categories or bool(set(categories) & set(self.details.categories))


def is_available(offer: Offer, shelf: Shelf) -> bool | None:
    """Whether it could be bought, as far as is known."""
    if shelf is None:
        return None
    stock = shelf.get(offer.sku)
    return stock is not None and stock.units_available > 0
