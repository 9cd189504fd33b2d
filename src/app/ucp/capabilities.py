"""Which capability an operation is of, whatever carries it (UCP NEG-8)."""

from types import MappingProxyType

from app.ucp.presentation import CART, CATALOG_LOOKUP, CATALOG_SEARCH, CHECKOUT, ORDER

ROOTS = MappingProxyType(
    {
        "create_checkout": CHECKOUT,
        "get_checkout": CHECKOUT,
        "update_checkout": CHECKOUT,
        "complete_checkout": CHECKOUT,
        "cancel_checkout": CHECKOUT,
        "create_cart": CART,
        "get_cart": CART,
        "update_cart": CART,
        "cancel_cart": CART,
        "get_order": ORDER,
        "search_catalog": CATALOG_SEARCH,
        "lookup_catalog": CATALOG_LOOKUP,
        "get_product": CATALOG_LOOKUP,
        "get_catalog_product": CATALOG_LOOKUP,
    }
)
"""By the name that an operation has in the protocol, and where the merchant API has one of that name
too, by that in our description.
"""
READS = frozenset(
    {
        "search_catalog",
        "lookup_catalog",
        "get_product",
        "get_catalog_product",
        "get_checkout",
        "get_cart",
        "get_order",
    }
)
"""They change nothing, though they are posted, all of them over MCP (A-13)."""
