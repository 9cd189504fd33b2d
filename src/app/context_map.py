"""Who calls whom, and who listens to what: the house as a whole, told once."""

from inspect import getmembers, getmodule, isclass

from app.customers.remember_buyer import RememberBuyer
from app.fulfillment.open_shipment import OpenShipment
from app.identity.close_erased import CloseErased
from app.identity.note_disabled import NoteDisabled
from app.inventory.allocate_stock import AllocateStock
from app.inventory.restock_returned import RestockReturned
from app.inventory.return_stock import ReturnStock
from app.inventory.take_back_returned import TakeBackReturned
from app.inventory.take_stock import TakeStock
from app.notifications.tell_of_order import TellOfOrder
from app.ordering.api.announcement import announcement
from app.ordering.note_parcel import NoteParcel
from app.ordering.note_trouble import NoteTrouble
from app.ordering.settle_adjustment import SettleAdjustment, SettleCancellation
from app.ordering.warn_of_lapse import WarnOfLapse
from app.pages.confirmation import confirmation
from app.pages.return_reminder import return_reminder
from app.payments.capture_shipped import CaptureShipped
from app.payments.capture_undelivered import CaptureUndelivered
from app.payments.give_back import GiveBack
from app.payments.hear_provider import HearProvider
from app.payments.keep_refund_promise import KeepRefundPromise
from app.ucp.order_webhook import order_webhook
from domain.contracts.catalog import Catalog
from domain.contracts.customers import CustomerErased, Customers
from domain.contracts.fulfillment import Fulfillment, ParcelShipped
from domain.contracts.identity import Identity
from domain.contracts.inventory import Inventory
from domain.contracts.notifications import Notifications, SubscriptionDisabled
from domain.contracts.ordering import (
    GoodsNotReturned,
    GoodsReturned,
    NothingToDeliver,
    OrderCancelled,
    Ordering,
    OrderPlaced,
    OrderRevised,
    RefundRequested,
)
from domain.contracts.payments import (
    AuthorisationLapsing,
    CaptureFailed,
    PaymentRefunded,
    Payments,
    PaymentVoided,
    ProviderSpoke,
    RefundFailed,
)
from domain.contracts.pricing import Pricing
from domain.shared.model import Event
from infrastructure.shared.clock import utc_now
from infrastructure.shared.events.consumers import Consumer

CONTRACTS: dict[str, type] = {
    "catalog": Catalog,
    "customers": Customers,
    "fulfillment": Fulfillment,
    "identity": Identity,
    "inventory": Inventory,
    "notifications": Notifications,
    "ordering": Ordering,
    "payments": Payments,
    "pricing": Pricing,
}
CALLS: dict[str, tuple[str, ...]] = {
    "identity": ("customers",),
    "ordering": ("catalog", "customers", "fulfillment", "inventory", "payments", "pricing"),
}
"""Which contexts a context calls."""
DOORKEEPER = "identity"
"""Asked wherever routes are served."""
WORDINGS = (order_webhook, confirmation, return_reminder)
"""In whose words others are told of an order."""
TELL_OF_ORDER = TellOfOrder(WORDINGS, announcement, utc_now)
CONSUMERS: dict[str, tuple[Consumer, ...]] = {
    "customers": (Consumer("customers.remember_buyer", OrderPlaced, RememberBuyer(utc_now)),),
    "fulfillment": (
        Consumer("fulfillment.open_shipment", OrderPlaced, OpenShipment(), together=True),
    ),
    "identity": (
        Consumer("identity.close_erased", CustomerErased, CloseErased(utc_now)),
        Consumer("identity.note_disabled", SubscriptionDisabled, NoteDisabled()),
    ),
    "inventory": (
        Consumer("inventory.allocate_stock", OrderPlaced, AllocateStock()),
        Consumer("inventory.restock_returned", GoodsReturned, RestockReturned()),
        Consumer("inventory.take_back_returned", GoodsNotReturned, TakeBackReturned()),
        Consumer("inventory.return_stock", OrderCancelled, ReturnStock()),
        Consumer("inventory.take_stock", ParcelShipped, TakeStock()),
    ),
    "notifications": (
        Consumer("notifications.tell_of_order", OrderRevised, TELL_OF_ORDER, together=True),
    ),
    "payments": (
        Consumer("payments.capture_shipped", ParcelShipped, CaptureShipped(utc_now)),
        Consumer("payments.give_back", NothingToDeliver, CaptureUndelivered(utc_now)),
        Consumer("payments.give_back", OrderCancelled, GiveBack(utc_now)),
        Consumer("payments.hear_provider", ProviderSpoke, HearProvider(utc_now)),
        Consumer("payments.give_back", RefundRequested, KeepRefundPromise(utc_now)),
    ),
    "ordering": (
        Consumer("ordering.note_parcel", ParcelShipped, NoteParcel()),
        Consumer("ordering.settle_adjustments", AuthorisationLapsing, WarnOfLapse()),
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


def sources(context: str) -> tuple[str, ...]:
    """The contexts that this one listens to."""
    heard = (consumer.event.name.partition(".")[0] for consumer in CONSUMERS.get(context, ()))
    return tuple(dict.fromkeys(heard))


def events_of(contract: type) -> list[type[Event]]:
    """What a context tells, in the order of names."""
    words = getmembers(getmodule(contract), isclass)
    own = [word for _, word in words if word.__module__ == contract.__module__]
    return sorted((word for word in own if issubclass(word, Event)), key=lambda event: event.name)


def needs(context: str, *, has_broker: bool = False) -> tuple[str, ...]:
    """The contexts that a context cannot do without: those it calls, those it tells unless a broker
    does, and the one that says who may ask: every process has routes that are not for anybody.
    """
    told = () if has_broker else listeners(context)
    return tuple(sorted({*CALLS.get(context, ()), *told, DOORKEEPER} - {context}))
