"""Who calls whom, and who listens to what: the house as a whole, told once."""

from app.customers.remember_buyer import RememberBuyer
from app.fulfillment.open_shipment import OpenShipment
from app.inventory.allocate_stock import AllocateStock
from app.inventory.restock_returned import RestockReturned
from app.inventory.return_stock import ReturnStock
from app.inventory.take_back_returned import TakeBackReturned
from app.inventory.take_stock import TakeStock
from app.ordering.note_parcel import NoteParcel
from app.ordering.note_trouble import NoteTrouble
from app.ordering.settle_adjustment import SettleAdjustment, SettleCancellation
from app.payments.capture_shipped import CaptureShipped
from app.payments.give_back import GiveBack
from app.payments.hear_provider import HearProvider
from app.payments.keep_refund_promise import KeepRefundPromise
from domain.contracts.catalog import Catalog
from domain.contracts.customers import Customers
from domain.contracts.fulfillment import Fulfillment, ParcelShipped
from domain.contracts.inventory import Inventory
from domain.contracts.ordering import (
    GoodsNotReturned,
    GoodsReturned,
    OrderCancelled,
    Ordering,
    OrderPlaced,
    RefundRequested,
)
from domain.contracts.payments import (
    CaptureFailed,
    PaymentRefunded,
    Payments,
    PaymentVoided,
    ProviderSpoke,
    RefundFailed,
)
from domain.contracts.pricing import Pricing
from infrastructure.shared.clock import utc_now
from infrastructure.shared.inbox import Consumer

CONTRACTS: dict[str, type] = {
    "catalog": Catalog,
    "customers": Customers,
    "fulfillment": Fulfillment,
    "inventory": Inventory,
    "ordering": Ordering,
    "payments": Payments,
    "pricing": Pricing,
}
CALLS: dict[str, tuple[str, ...]] = {
    "ordering": ("catalog", "customers", "fulfillment", "inventory", "payments", "pricing"),
}
"""Which contexts a context calls."""
CONSUMERS: dict[str, tuple[Consumer, ...]] = {
    "customers": (Consumer("customers.remember_buyer", OrderPlaced, RememberBuyer(utc_now)),),
    "fulfillment": (Consumer("fulfillment.open_shipment", OrderPlaced, OpenShipment()),),
    "inventory": (
        Consumer("inventory.allocate_stock", OrderPlaced, AllocateStock()),
        Consumer("inventory.restock_returned", GoodsReturned, RestockReturned()),
        Consumer("inventory.take_back_returned", GoodsNotReturned, TakeBackReturned()),
        Consumer("inventory.return_stock", OrderCancelled, ReturnStock()),
        Consumer("inventory.take_stock", ParcelShipped, TakeStock()),
    ),
    "payments": (
        Consumer("payments.capture_shipped", ParcelShipped, CaptureShipped(utc_now)),
        Consumer("payments.give_back", OrderCancelled, GiveBack(utc_now)),
        Consumer("payments.hear_provider", ProviderSpoke, HearProvider(utc_now)),
        Consumer("payments.give_back", RefundRequested, KeepRefundPromise(utc_now)),
    ),
    "ordering": (
        Consumer("ordering.note_parcel", ParcelShipped, NoteParcel()),
        Consumer("ordering.settle_adjustments", CaptureFailed, NoteTrouble()),
        Consumer("ordering.settle_adjustments", PaymentRefunded, SettleAdjustment()),
        Consumer("ordering.settle_adjustments", RefundFailed, SettleAdjustment()),
        Consumer("ordering.settle_adjustments", PaymentVoided, SettleCancellation()),
    ),
}
"""Who listens to what. The names are stored in inboxes: events of one aggregate are worked through
in their order for each name, so what must not overtake one another has one name.
"""


def listeners(source: str) -> tuple[str, ...]:
    """The contexts that listen to events of this one."""
    return tuple(
        context
        for context, consumers in CONSUMERS.items()
        if any(consumer.event.name.startswith(f"{source}.") for consumer in consumers)
    )


def needs(context: str) -> tuple[str, ...]:
    """The contexts that a context cannot do without: those it calls, and those it tells."""
    return tuple(sorted({*CALLS.get(context, ()), *listeners(context)} - {context}))
