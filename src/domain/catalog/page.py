"""Part of the list of all products."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.catalog.product import Product

MOST_VARIANTS_OF_A_PAGE = 2000


@dataclass(frozen=True)
class IdsPage:
    product_ids: tuple[str, ...]
    next: str | None
    """The id of the last, where others follow."""


@dataclass(frozen=True)
class ProductsPage:
    products: tuple[Product, ...]
    next: str | None


def fitting(variants: Sequence[tuple[str, int]], most: int) -> list[str]:
    """The first of these products that make a page together, given how many variants each has.

    One at least: a product is shown whole, however many there are of it.
    """
    taken: list[str] = []
    total = 0
    for product_id, number in variants[:most]:
        total += number
        if taken and total > MOST_VARIANTS_OF_A_PAGE:
            break
        taken.append(product_id)
    return taken
