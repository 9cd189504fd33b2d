"""What a buyer may let a platform do, and the operations that this opens (UCP section 22)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

MANAGE_CHECKOUTS = "dev.ucp.shopping.checkout:manage"
MANAGE_CARTS = "dev.ucp.shopping.cart:manage"
READ_ORDERS = "dev.ucp.shopping.order:read"
SEARCH_CATALOG = "dev.ucp.shopping.catalog.search:read"
LOOK_UP_CATALOG = "dev.ucp.shopping.catalog.lookup:read"

OPERATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        MANAGE_CHECKOUTS: (
            "create_checkout",
            "get_checkout",
            "update_checkout",
            "complete_checkout",
            "cancel_checkout",
        ),
        MANAGE_CARTS: ("create_cart", "get_cart", "update_cart", "cancel_cart"),
        READ_ORDERS: ("get_order",),
        SEARCH_CATALOG: ("search_catalog",),
        LOOK_UP_CATALOG: ("lookup_catalog", "get_catalog_product"),
    }
)
"""The operations that are served, by the scope that they need where that is demanded (OAU-1)."""
WHY = MappingProxyType(
    {
        MANAGE_CHECKOUTS: "Buy in your name, and have what you order sent to your addresses.",
        MANAGE_CARTS: "Fill a cart in your name.",
        READ_ORDERS: "See your orders and how they stand, wherever you placed them.",
        SEARCH_CATALOG: "Look for goods while you are signed in.",
        LOOK_UP_CATALOG: "Look at goods while you are signed in.",
    }
)
"""What a platform may tell the buyer it asks for a scope (OAU-3)."""


def require_served(scopes: Iterable[str]) -> None:
    """Raises `ValueError` for a scope that opens nothing here."""
    if unknown := [scope for scope in scopes if scope not in OPERATIONS]:
        raise ValueError(f"there is no scope {unknown[0]!r}, only {', '.join(OPERATIONS)}")


def config(gated: Iterable[str]) -> dict[str, Any]:
    """What the profile says of linking: the scopes without which nothing is done (OAU-1, OAU-3)."""
    return {"scopes": {scope: {"description": {"plain": WHY[scope]}} for scope in gated}}
