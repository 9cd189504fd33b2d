"""Which variant of which product a name leads to, and how (UCP 13.2, CAT-20, CAT-23)."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.ucp.goods.offers import Offer, Offered
from app.ucp.rendering import Body


@dataclass(frozen=True)
class Led:
    """`match` is exact for a variant, or featured for a product that it is to stand for (CAT-22)."""

    to: Offered
    offer: Offer
    match: str

    @property
    def is_variant(self) -> bool:
        """Whether it names a variant, and not a product that may be called as its only one is."""
        return self.match == "exact" and self.offer.sku != self.to.details.product_id


def led(name: str, offers: Iterable[Offered]) -> Led | None:
    """A product's own id comes before a variant of another."""
    of_another = None
    for offered in offers:
        exact = next((one for one in offered.variants if one.sku == name), None)
        if offered.details.product_id == name:
            return Led(offered, exact or offered.variants[0], "exact" if exact else "featured")
        if exact and of_another is None:
            of_another = Led(offered, exact, "exact")
    return of_another


def by_product(led_to: dict[str, Led]) -> list[tuple[Offered, list[list[Body]]]]:
    """Each product once, with the variants that were led to alone, and what led to each (CAT-21)."""
    found: dict[str, tuple[Offered, dict[Offer, list[Body]]]] = {}
    for name, one in led_to.items():
        _, inputs = found.setdefault(one.to.details.product_id, (one.to, {}))
        inputs.setdefault(one.offer, []).append({"id": name, "match": one.match})
    return [(offered.showing(*its), list(its.values())) for offered, its in found.values()]
