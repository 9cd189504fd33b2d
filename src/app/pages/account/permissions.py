"""What scopes mean, in words for those who are asked to agree to them (UCP OAU-20)."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    title: str
    texts: tuple[str, ...]


WHO = "Knowing you"
SHOPPING, ORDERS = "Shopping for you", "Your orders"
TEXTS = {
    "openid": (WHO, "Know you again when you come back"),
    "email": (WHO, "See your e-mail address"),
    "dev.ucp.shopping.catalog.search:read": (SHOPPING, "Search what is sold here"),
    "dev.ucp.shopping.catalog.lookup:read": (SHOPPING, "See what is sold here, and what it costs"),
    "dev.ucp.shopping.cart:manage": (SHOPPING, "Fill and change your carts"),
    "dev.ucp.shopping.checkout:manage": (
        SHOPPING,
        "Check out and place orders in your name, with your name and addresses",
    ),
    "dev.ucp.shopping.order:read": (
        ORDERS,
        "See your orders, what was in them and where they went",
    ),
    "dev.ucp.shopping.order:manage": (
        ORDERS,
        "Change your orders: cancel them, or send goods back",
    ),
    "catalog:read": ("Products", "See products"),
    "catalog:write": ("Products", "Change products"),
    "customers:read": ("Customers", "See customers, with their addresses"),
    "customers:write": ("Customers", "Change customers"),
    "events:read": ("What went wrong", "See what the shop could not work through by itself"),
    "events:write": ("What went wrong", "Have it tried again, or give it up"),
    "fulfillment:read": ("Shipping", "See shipping rates and parcels"),
    "fulfillment:write": ("Shipping", "Change shipping rates, and ship parcels"),
    "identity:read": ("Who may do what", "See staff, clients, keys and what was done"),
    "identity:write": ("Who may do what", "Let others in, and lock them out"),
    "inventory:read": ("Stock", "See the stock"),
    "inventory:write": ("Stock", "Change the stock"),
    "notifications:read": (
        "Messages",
        "See what others are told of orders, and what was not heard",
    ),
    "notifications:write": ("Messages", "Have others told of orders, and tell them again"),
    "orders:read": ("Orders", "See all orders"),
    "orders:refund": ("Orders", "Give money back"),
    "orders:write": ("Orders", "Change and cancel orders"),
    "payments:read": ("Payments", "See payments"),
    "payments:write": ("Payments", "Take, let go and give back money at the payment provider"),
    "pricing:read": ("Prices", "See discounts and taxes"),
    "pricing:write": ("Prices", "Change discounts and taxes"),
}
PLACES = {scope: place for place, scope in enumerate(TEXTS)}


def permissions(scopes: Collection[str]) -> tuple[Permission, ...]:
    """By what they are about. What nobody has put into words is said as it is."""
    groups: dict[str, list[str]] = {}
    for scope in sorted(scopes, key=lambda one: PLACES.get(one, len(PLACES))):
        title, text = TEXTS.get(scope, ("Something else", scope))
        groups.setdefault(title, []).append(text)
    return tuple(Permission(title, tuple(texts)) for title, texts in groups.items())
