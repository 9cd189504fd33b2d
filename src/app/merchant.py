"""The merchant API: the routes of every context that staff and back-office systems use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from app.catalog import api as catalog_api
from app.customers import api as customers_api
from app.edge.desk import Desk
from app.fulfillment import api as fulfillment_api
from app.identity import api as identity_api
from app.inventory import api as inventory_api
from app.notifications import api as notifications_api
from app.ordering import api as ordering_api
from app.payments import api as payments_api
from app.pricing import api as pricing_api
from domain.contracts.catalog import Catalog
from domain.contracts.customers import Customers
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.identity import Identity
from domain.contracts.inventory import Inventory
from domain.contracts.notifications import Notifications
from domain.contracts.ordering import Ordering
from domain.contracts.payments import Payments
from domain.contracts.pricing import Pricing


@dataclass(frozen=True)
class Counter:
    """Routes of a context, and the contracts that they call, in the order they are asked for."""

    router: Callable[..., APIRouter]
    contracts: tuple[type, ...]


COUNTERS: dict[str, Counter] = {
    "catalog": Counter(catalog_api.router, (Catalog,)),
    "customers": Counter(customers_api.router, (Customers,)),
    "fulfillment": Counter(fulfillment_api.router, (Fulfillment,)),
    "identity": Counter(identity_api.router, (Identity,)),
    "inventory": Counter(inventory_api.router, (Inventory,)),
    "notifications": Counter(notifications_api.router, (Notifications,)),
    "ordering": Counter(ordering_api.router, (Ordering, Fulfillment)),
    "payments": Counter(payments_api.router, (Payments,)),
    "pricing": Counter(pricing_api.router, (Pricing,)),
}
"""By the context that is hosted where they are served."""


def routers(
    contract: Callable[[type], Any], contexts: Iterable[str], desk: Desk
) -> list[APIRouter]:
    """The routes of these contexts; `contract` finds what they call."""
    open_here = [COUNTERS[context] for context in contexts if context in COUNTERS]
    return [
        counter.router(*(contract(one) for one in counter.contracts), desk) for counter in open_here
    ]
