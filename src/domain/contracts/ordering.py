"""The ordering context as all others see it: from a checkout to an order, and back.

A checkout goes through the states that UCP 2026-04-08 gives it (section 10.2). All amounts are
integers in the minor units of the checkout's, or the order's, one currency.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal, Stale, Unfit
from domain.shared.values import (
    Address,
    AttemptId,
    CartId,
    CheckoutId,
    Consents,
    CustomerId,
    Money,
    OrderId,
    Quantity,
    Sku,
)

# What a client says

SAYS_NOTHING = "{}"
"""The presentation of one that speaks in no binding's words: a page of ours, say."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asks for what, so that asking again gets the same answer and does nothing again.

    A request is named by (client, operation, key); `fingerprint` tells two requests of one name
    apart. `presentation` is how the client wants to be answered: the binding's own words, which
    ordering keeps and hands back to it unread. `account` is the buyer in whose name the client
    asks, where one has let it.
    """

    client: str
    operation: str
    key: str
    fingerprint: str
    presentation: str = SAYS_NOTHING
    account: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the binding said to a request: kept and repeated byte for byte, never read here."""

    code: int
    body: str


@dataclass(frozen=True, kw_only=True)
class WantedLine:
    """`line_id` is the id of a line that the checkout has, or any name for a new one."""

    sku: Sku
    quantity: Quantity
    line_id: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Buyer:
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    consents: Consents | None = None


@dataclass(frozen=True, kw_only=True)
class BuyerContext:
    """What the client supposes of the buyer. It prices nothing that a real address decides."""

    address_country: str | None = None
    address_region: str | None = None
    postal_code: str | None = None
    intent: str | None = None
    language: str | None = None
    currency: str | None = None
    eligibility: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where goods may go. One that is sent without an id is given one. A place where buyers collect
    goods has a name.
    """

    address: Address
    destination_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class WantedGroup:
    group_id: str | None = None
    selected_option_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class WantedMethod:
    """How lines are to be delivered. What is `None` was not mentioned."""

    kind: str | None = None
    method_id: str | None = None
    line_ids: tuple[str, ...] | None = None
    destinations: tuple[Destination, ...] | None = None
    selected_destination_id: str | None = None
    groups: tuple[WantedGroup, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class KnownBuyer:
    """The buyer who lets a client see what is known of this customer, whose `email` is confirmed."""

    customer_id: CustomerId
    email: str


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """One word on where a buyer came from: kept with the order for the shop, and of no effect."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CreateCheckout:
    """`offers_stored_addresses`: whether the client may be shown the addresses of whoever has the
    buyer's e-mail address.

    With a `known_buyer` it is shown theirs, as long as it names no other e-mail address; where it
    names none, that and the name of the customer are filled in.

    Where goods `may_split`, those of one method may travel in several groups.

    Of a cart, what the cart has of lines, buyer, context and codes is taken, and not what is said
    of them here (UCP CAR-9); its attribution, unless another is said. Where `by_link`, whoever asks
    need not be its buyer: of the cart there is only what anybody may see, and the checkout is one
    of their own, however many there are of it.
    """

    request: Request
    lines: tuple[WantedLine, ...]
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    methods: tuple[WantedMethod, ...] | None = None
    offers_stored_addresses: bool = False
    known_buyer: KnownBuyer | None = None
    cart_id: CartId | None = None
    may_split: bool | None = None
    attribution: tuple[Attribution, ...] | None = None
    by_link: bool = False


@dataclass(frozen=True, kw_only=True)
class UpdateCheckout:
    """What is `None` was not mentioned: removed, or with `is_merge` kept as it was. Otherwise as
    `CreateCheckout`. Where it is not mentioned, whether goods `may_split` and the `attribution`
    stay as they were.
    """

    request: Request
    checkout_id: CheckoutId
    lines: tuple[WantedLine, ...]
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    methods: tuple[WantedMethod, ...] | None = None
    offers_stored_addresses: bool = False
    is_merge: bool = False
    known_buyer: KnownBuyer | None = None
    may_split: bool | None = None
    attribution: tuple[Attribution, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentInstrument:
    """What the buyer pays with. `token` is secret: passed on to payments, never stored.

    `objection` says why it is not to be taken, if it is not: nothing is asked of it then.
    """

    instrument_id: str
    handler_id: str
    kind: str
    token: str
    objection: str | None = None

    def __repr__(self) -> str:
        return f"PaymentInstrument({self.instrument_id!r}, {self.handler_id!r}, token=...)"


@dataclass(frozen=True, kw_only=True)
class CompleteCheckout:
    """`deal` is that of the details which the buyer agreed to; `None` agrees to any.

    It `is_by_buyer` where they place it themselves, having looked it over.
    """

    request: Request
    checkout_id: CheckoutId
    instrument: PaymentInstrument | None = None
    deal: str | None = None
    is_by_buyer: bool = False
    attribution: tuple[Attribution, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CancelCheckout:
    request: Request
    checkout_id: CheckoutId


@dataclass(frozen=True, kw_only=True)
class CreateCart:
    request: Request
    lines: tuple[WantedLine, ...]
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    attribution: tuple[Attribution, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class UpdateCart:
    """What is `None` was not mentioned: it is removed (UCP CAR-1)."""

    request: Request
    cart_id: CartId
    lines: tuple[WantedLine, ...]
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    attribution: tuple[Attribution, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CancelCart:
    request: Request
    cart_id: CartId


@dataclass(frozen=True, kw_only=True)
class FindCart:
    """`client` is who asks, in the name of `account` if any; `None` may see all."""

    cart_id: CartId
    client: str | None = None
    account: str | None = None


@dataclass(frozen=True, kw_only=True)
class FindCheckout:
    """`client` is who asks, in the name of `account` if any; `None` may see all."""

    checkout_id: CheckoutId
    client: str | None = None
    account: str | None = None


@dataclass(frozen=True, kw_only=True)
class FindOrder:
    """`client` is who asks, in the name of `account` if any; `None` may see all.

    Where it `sees_all_of_buyer`, orders too that this buyer placed through others: under the
    account or, where it is confirmed, under the `email` address of the account (UCP ORD-16).
    """

    order_id: OrderId
    client: str | None = None
    account: str | None = None
    email: str | None = None
    sees_all_of_buyer: bool = False


@dataclass(frozen=True, kw_only=True)
class CancelOrder:
    """`key` names this wish among those for its order."""

    order_id: OrderId
    key: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """`key` names this refund among those of its order."""

    order_id: OrderId
    key: str
    amount: Money
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ListOrders:
    """`after` is the `next` of the page before. What is `None` does not matter; the times are when
    an order was placed, from the first up to but without the second. `country` is where it goes.
    """

    status: str | None = None
    email: str | None = None
    client: str | None = None
    sku: Sku | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    after: str | None = None
    most: int = 20
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoteOrder:
    """What staff wants to remember of an order. `version` is the one it was read in, if that
    matters.
    """

    order_id: OrderId
    note: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ListAttempts:
    state: str | None = None
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class ListLedger:
    """`after` is the `next` of the page before."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class RequestReturn:
    """`key` names this wish among those for its order."""

    order_id: OrderId
    key: str
    lines: tuple["LineUnits", ...]
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ApproveReturn:
    return_id: str


@dataclass(frozen=True, kw_only=True)
class RejectReturn:
    return_id: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """Units of an order line that came back: back on the shelf, or of no use any more."""

    line_id: str
    restocked: int = 0
    written_off: int = 0


@dataclass(frozen=True, kw_only=True)
class ReceiveReturn:
    """Lines that are not named did not come back. `key` names what came among what may have."""

    return_id: str
    key: str
    lines: tuple[ReceivedLine, ...]


@dataclass(frozen=True, kw_only=True)
class RefundReturn:
    """`key` names this refund among those of its return. Without an amount: all that is still
    due.
    """

    return_id: str
    key: str
    amount: Money | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CancelReturn:
    return_id: str
    key: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FindReturn:
    return_id: str


@dataclass(frozen=True, kw_only=True)
class ListReturns:
    order_id: OrderId | None = None
    state: str | None = None
    after: str | None = None
    most: int = 20


# What ordering says


@dataclass(frozen=True, kw_only=True)
class Total:
    """One entry of a bill. `kind` is subtotal, items_discount, discount, fulfillment, tax or total.

    All entries but `total` add up to it; what lowers it is negative. `parts` add up to `amount`.
    A discount `is_for_delivery`, or else for goods.
    """

    kind: str
    amount: int
    text: str
    parts: tuple["TotalPart", ...] = ()
    is_for_delivery: bool = False


@dataclass(frozen=True, kw_only=True)
class TotalPart:
    text: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class CheckoutLine:
    """`tax` is what comes on top of `total`: none where prices include it."""

    line_id: str
    sku: Sku
    title: str
    quantity: Quantity
    unit_price: int
    subtotal: int
    discount: int
    total: int
    image_url: str | None = None
    parent_id: str | None = None
    tax: int = 0


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """How much falls on a line or, where there is a `group_id`, on its delivery."""

    line_id: str
    amount: int
    group_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AppliedDiscount:
    """`amount` is positive, and what the allocations add up to. One without a code is automatic.

    Where it is for those who claim something of themselves, `claim` is what, and `proof` what must
    show that: `account`, or the id of the payment handler that is paid with. What comes off the
    order as a whole has no allocations. `method` is each, where it is taken off each unit.
    """

    title: str
    amount: int
    priority: int
    allocations: tuple[Allocation, ...]
    code: str | None = None
    claim: str | None = None
    proof: str = ""
    method: str = "across"


@dataclass(frozen=True, kw_only=True)
class Option:
    option_id: str
    service_level: str
    title: str
    price: int
    carrier: str | None = None
    description: str | None = None
    earliest_at: datetime | None = None
    latest_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines that travel together, and the ways they can."""

    group_id: str
    line_ids: tuple[str, ...]
    options: tuple[Option, ...] = ()
    selected_option_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Method:
    method_id: str
    kind: str
    line_ids: tuple[str, ...]
    destinations: tuple[Destination, ...] = ()
    selected_destination_id: str | None = None
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another way for these lines. `fulfillable_on` is `now`, or nothing where they must be waited
    for; `text` says it all in a sentence.
    """

    kind: str
    line_ids: tuple[str, ...]
    text: str
    fulfillable_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message about a checkout. `kind` is error, warning or info; `severity` is an error's own.

    `path` is where in the checkout it belongs, as JSONPath without the leading `$.`. A warning whose
    `presentation` is disclosure must stand beside that (UCP MSG-6); `content_type` is plain or
    markdown.
    """

    kind: str
    code: str
    text: str
    severity: str | None = None
    path: str | None = None
    presentation: str | None = None
    content_type: str = "plain"
    image_url: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class CheckoutDetails:
    """A checkout as it stands. `methods` is `None` where delivery was never spoken of.

    `deal` stands for all that a buyer agrees to: what is bought, by whom, for how much, and how
    and where it is delivered. Whenever any of that changes, `deal` does.
    """

    checkout_id: CheckoutId
    client: str
    status: str
    currency: str
    lines: tuple[CheckoutLine, ...]
    totals: tuple[Total, ...]
    expires_at: datetime
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    discounts: tuple[AppliedDiscount, ...] = ()
    methods: tuple[Method, ...] | None = None
    notices: tuple[Notice, ...] = ()
    order_id: OrderId | None = None
    deal: str = ""
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CartDetails:
    """A cart as it stands: what somebody may want, and about what it would cost."""

    cart_id: CartId
    client: str
    currency: str
    lines: tuple[CheckoutLine, ...]
    totals: tuple[Total, ...]
    expires_at: datetime
    buyer: Buyer | None = None
    context: BuyerContext | None = None
    codes: tuple[str, ...] | None = None
    discounts: tuple[AppliedDiscount, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LineUnits:
    """Units of an order line; fewer than none where they are taken away."""

    line_id: str
    units: int


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """A line that was ordered, with the units it was ordered for, still is, and that were sent.

    What came back is neither any more; `units_returning` are on their way back, or will be.
    """

    line_id: str
    sku: Sku
    title: str
    unit_price: int
    units_ordered: int
    units: int
    units_fulfilled: int
    subtotal: int
    discount: int
    total: int
    image_url: str | None = None
    parent_id: str | None = None
    tax: int = 0
    units_returning: int = 0


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the buyer was promised."""

    expectation_id: str
    lines: tuple[LineUnits, ...]
    method_kind: str
    destination: Address
    description: str | None = None
    fulfillable_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class FulfilmentEvent:
    """What happened to the goods. `kind` is shipped, delivered, ... (UCP ORD-6)."""

    event_id: str
    kind: str
    occurred_at: datetime
    lines: tuple[LineUnits, ...]
    tracking_number: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """What was changed after the order was placed. `kind` is refund, cancellation, ... (UCP ORD-7).

    `status` is pending, completed or failed; `amount` is negative where money goes back.
    `failed_because` is for staff alone.
    """

    adjustment_id: str
    kind: str
    status: str
    occurred_at: datetime
    amount: int | None = None
    lines: tuple[LineUnits, ...] = ()
    description: str | None = None
    failed_because: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderDetails:
    """An order as it stands. `is_cancelled` says so for good.

    `status` is open, partially_shipped, shipped, returned or cancelled; `delivery` is the kind of
    the latest of `events`, or pending; `refund` is none, pending, partial, full or failed.
    `trouble` is what staff should know of its money, as it was heard last; its payment says more.
    """

    order_id: OrderId
    checkout_id: CheckoutId
    attempt_id: AttemptId
    client: str
    currency: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    totals: tuple[Total, ...]
    expectations: tuple[Expectation, ...] = ()
    events: tuple[FulfilmentEvent, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    buyer: Buyer | None = None
    is_cancelled: bool = False
    note: str = ""
    version: int = 0
    status: str = "open"
    delivery: str = "pending"
    refund: str = "none"
    trouble: str = ""
    attribution: tuple[Attribution, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OrderSummary:
    order_id: OrderId
    client: str
    placed_at: datetime
    status: str
    total: Money
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """The newest first."""

    items: tuple[OrderSummary, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class AttemptDetails:
    """How far an attempt to place an order has come, and why no further.

    `state` is running, undoing, completed or failed. One that is under way is driven until
    `leased_until`, then taken over; it has had `epoch` owners.
    """

    attempt_id: AttemptId
    checkout_id: CheckoutId
    order_id: OrderId
    client: str
    state: str
    started_at: datetime
    leased_until: datetime
    epoch: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AttemptPage:
    """The newest first."""

    items: tuple[AttemptDetails, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrderedUnits:
    """Units of one SKU that were ordered, all lines of it taken together."""

    sku: Sku
    units: int


@dataclass(frozen=True, kw_only=True)
class PromisedBack:
    """Money that was promised back under `key`; `status` is pending, completed or failed."""

    key: str
    amount: Money
    status: str
    promised_at: datetime


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """What an order stands for in money and goods, as other contexts should know it too."""

    attempt_id: AttemptId
    order_id: OrderId
    placed_at: datetime
    total: Money
    goods: tuple[OrderedUnits, ...]
    promised_back: tuple[PromisedBack, ...] = ()
    cancelled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """By attempt, the newest first."""

    items: tuple[LedgerEntry, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnLine:
    """Units that are to come back, and what became of those that did; `due` was paid for them."""

    line_id: str
    sku: Sku
    units: int
    restocked: int = 0
    written_off: int = 0
    due: int = 0


@dataclass(frozen=True, kw_only=True)
class ReturnRefund:
    """`status` is pending, completed or failed, and the adjustment's of the order.

    One of nothing has no adjustment. One that failed `is_asked_again` once another was asked for
    since.
    """

    key: str
    adjustment_id: str
    amount: int
    status: str
    reason: str = ""
    is_all_due: bool = False
    failed_because: str | None = None
    is_asked_again: bool = False


@dataclass(frozen=True, kw_only=True)
class ReturnDetails:
    """A return as it stands.

    `state` is requested, approved, rejected, cancelled, received, refunding, refunded or
    refund_failed. `due` is what was paid for what came back; `decision` is why it was rejected or
    cancelled.
    """

    return_id: str
    order_id: OrderId
    state: str
    requested_at: datetime
    currency: str
    lines: tuple[ReturnLine, ...]
    due: int = 0
    refunds: tuple[ReturnRefund, ...] = ()
    reason: str = ""
    decision: str = ""
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class ReturnPage:
    """The newest first."""

    items: tuple[ReturnDetails, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportOrder:
    """What a partner says happened to an order: each list as it now stands for them, or `None`."""

    order_id: OrderId
    client: str | None = None
    events: tuple[FulfilmentEvent, ...] | None = None
    adjustments: tuple[Adjustment, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ListPlatforms:
    """In the order of their names, behind `after`."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class KnownPlatform:
    """Whom ordering let send us buyers, before there was identity: as a client, `platform:<name>`.

    `key_digest` is the SHA-256 of the platform's key, in hex.
    """

    name: str
    key_digest: str = field(repr=False)
    profile_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlatformPage:
    items: tuple[KnownPlatform, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event, name="ordering.order_placed.v1"):
    order_id: OrderId
    checkout_id: CheckoutId
    attempt_id: AttemptId
    client: str
    total: Money
    lines: tuple["PlacedLine", ...]
    buyer: Buyer | None = None
    destination: Address | None = None


@dataclass(frozen=True, kw_only=True)
class PlacedLine:
    line_id: str
    sku: Sku
    quantity: Quantity
    needs_delivery: bool = True


@dataclass(frozen=True, kw_only=True)
class NothingToDeliver(Event, name="ordering.nothing_to_deliver.v1"):
    """An order was placed of which nothing is delivered: nobody waits for a parcel to leave."""

    order_id: OrderId
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event, name="ordering.order_cancelled.v1"):
    """`key` is the adjustment that waits for the money to go back."""

    order_id: OrderId
    attempt_id: AttemptId
    key: str
    total: Money


RETURN_REMINDER, PAYMENT_LAPSING = "return_reminder", "payment_lapsing"
REMINDERS = (RETURN_REMINDER, PAYMENT_LAPSING)
"""Occasions at which nothing about the order has changed."""


@dataclass(frozen=True, kw_only=True)
class OrderRevised(Event, name="ordering.order_revised.v1"):
    """An order was placed, or changed so that its client should see it: all of it, as it stands since.

    `occasion` is placed, cancelled, refund_requested, refunded, refund_failed, returned, adjusted, or
    the kind of a fulfilment event (shipped, delivered, ...). `presentation` is how the client wanted
    to be answered when it placed the order. When it `happened_at` is told by whoever brings it.
    With return_reminder nothing has changed: the buyer has `until` then to send what is `awaited` in
    one return. Where that is empty, an older sender did not say of which. Nor has anything with
    payment_lapsing: the money is held `until` then, and nothing was taken yet; mostly because goods
    have not left.
    """

    order: OrderDetails
    occasion: str
    presentation: str
    happened_at: datetime | None = None
    until: datetime | None = None
    awaited: tuple[LineUnits, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event, name="ordering.refund_requested.v1"):
    """`key` is the adjustment that waits for the money to go back."""

    order_id: OrderId
    attempt_id: AttemptId
    key: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class ReturnedUnits:
    """Units of a SKU that came back: back on the shelf, or of no use any more."""

    sku: Sku
    restocked: int = 0
    written_off: int = 0


@dataclass(frozen=True, kw_only=True)
class GoodsReturned(Event, name="ordering.goods_returned.v1"):
    """Goods of an order came back. `return_id` names the return, once for all."""

    order_id: OrderId
    return_id: str
    units: tuple[ReturnedUnits, ...]


@dataclass(frozen=True, kw_only=True)
class GoodsNotReturned(Event, name="ordering.goods_not_returned.v1"):
    """What `GoodsReturned` said of this return was a mistake: they are not here. Said once."""

    order_id: OrderId
    return_id: str
    units: tuple[ReturnedUnits, ...]


@dataclass(eq=False)
class UnknownCheckout(NotFound):
    checkout_id: CheckoutId


@dataclass(eq=False)
class UnknownCart(NotFound):
    """There is none of this id, or none any more: it was cancelled or bought, or its time is up."""

    cart_id: CartId


@dataclass(eq=False)
class UnknownOrder(NotFound):
    order_id: OrderId


@dataclass(eq=False)
class NotYourOrder(Refusal):
    """The order is another client's, or another buyer's."""

    order_id: OrderId


@dataclass(eq=False)
class KeyReused(Refusal):
    """Another request was made under this key before."""

    key: str


@dataclass(eq=False)
class CheckoutClosed(Refusal):
    """It is completed, cancelled or being completed, and cannot be changed; nothing was."""

    checkout_id: CheckoutId
    status: str


@dataclass(eq=False)
class AlreadyShipped(Refusal):
    """Goods have left: what was sent is returned, not cancelled."""

    order_id: OrderId


@dataclass(eq=False)
class AlreadyCancelled(Refusal):
    """The order is cancelled: its money goes back whole, and nothing of it is returned."""

    order_id: OrderId


@dataclass(eq=False)
class MoreThanPaid(Refusal):
    """So much was not paid, or has gone back already, or was promised back."""

    order_id: OrderId
    left: Money


@dataclass(eq=False)
class OrderChanged(Stale):
    """`version` is the one that it has now."""

    order_id: OrderId
    version: int


@dataclass(eq=False)
class UnknownReturn(NotFound):
    return_id: str


@dataclass(eq=False)
class MoreThanSent(Refusal):
    """Only what was sent, and is in no other return, can come back."""

    order_id: OrderId
    line_id: str
    units_left: int


@dataclass(eq=False)
class MoreThanApproved(Refusal):
    return_id: str
    line_id: str
    units_approved: int


@dataclass(eq=False)
class ReturnStandsOtherwise(Refusal):
    """A return in this state cannot do that (any more): somebody decided otherwise."""

    return_id: str
    state: str


@dataclass(eq=False)
class UnfitRequest(Unfit):
    because: str


@dataclass(eq=False)
class UnfitReport(Unfit):
    order_id: OrderId
    because: str


class Ordering(Protocol):
    async def create_checkout(self, message: CreateCheckout, /) -> Answer:
        """Open a checkout and say how it stands; the same request again gets the same answer.

        Where no line can be sold there is no checkout, and the answer says why. A cart has one
        checkout that is open: asking for it again, under any key, is answered with how that stands.
        Refuses with `KeyReused` or `UnknownCart`.
        """
        ...

    async def find_checkout(self, message: FindCheckout, /) -> CheckoutDetails:
        """Refuses with `UnknownCheckout`, also where it is another client's or another buyer's."""
        ...

    async def update_checkout(self, message: UpdateCheckout, /) -> Answer:
        """Put this in place of what was wanted and price it; the same request again gets the same
        answer. Refuses with `UnknownCheckout`, `KeyReused` or `CheckoutClosed`.
        """
        ...

    async def complete_checkout(self, message: CompleteCheckout, /) -> Answer:
        """Place the order: hold the stock, authorise the money, or undo both.

        Requests for the same while it runs wait for the same answer. The attempt outlives a caller
        that leaves: the outcome is then found by asking again. Where a total has changed, or the
        deal is no longer the one that was agreed to, nothing is held and the answer says so
        (`total_changed`). Refuses with `UnknownCheckout`, `KeyReused` or `CheckoutClosed`.
        """
        ...

    async def cancel_checkout(self, message: CancelCheckout, /) -> Answer:
        """Give a checkout up; the same request again gets the same answer.

        Refuses with `UnknownCheckout`, `KeyReused` or `CheckoutClosed`.
        """
        ...

    async def create_cart(self, message: CreateCart, /) -> Answer:
        """Keep what is wanted and say what it would cost; the same request again gets the same
        answer. Where no line can be sold there is no cart. Refuses with `KeyReused`.
        """
        ...

    async def find_cart(self, message: FindCart, /) -> CartDetails:
        """Refuses with `UnknownCart`, also where it is another client's or another buyer's."""
        ...

    async def update_cart(self, message: UpdateCart, /) -> Answer:
        """Put this in place of what was wanted; the same request again gets the same answer.

        Refuses with `UnknownCart` or `KeyReused`.
        """
        ...

    async def cancel_cart(self, message: CancelCart, /) -> Answer:
        """Give a cart up, and say what was in it: from then on there is none of this id.

        The same request again gets the same answer. Refuses with `UnknownCart` or `KeyReused`.
        """
        ...

    async def find_order(self, message: FindOrder, /) -> OrderDetails:
        """Refuses with `UnknownOrder` or `NotYourOrder`."""
        ...

    async def cancel_order(self, message: CancelOrder, /) -> OrderDetails:
        """Cancel an order of which nothing has left; asking again changes nothing.

        Stock and money go back afterwards, by events. Refuses with `UnknownOrder`,
        `AlreadyShipped`, or `KeyReused` where the key asked for something else before.
        """
        ...

    async def refund_order(self, message: RefundOrder, /) -> OrderDetails:
        """Promise money back; asking again under the same key promises no more.

        The money follows, by events. Refuses with `UnknownOrder`, `MoreThanPaid`, `KeyReused` or
        `UnfitRequest`.
        """
        ...

    async def list_orders(self, message: ListOrders, /) -> OrderPage:
        """A page of at most 100. Refuses with `UnfitRequest`."""
        ...

    async def note_order(self, message: NoteOrder, /) -> OrderDetails:
        """Put this note in place of what was noted. Refuses with `UnknownOrder`, `OrderChanged` or
        `UnfitRequest`.
        """
        ...

    async def list_attempts(self, message: ListAttempts, /) -> AttemptPage:
        """A page of at most 100. Refuses with `UnfitRequest`."""
        ...

    async def list_ledger(self, message: ListLedger, /) -> LedgerPage:
        """Every order, a page of at most 100. Refuses with `UnfitRequest`."""
        ...

    async def request_return(self, message: RequestReturn, /) -> ReturnDetails:
        """Open a return of what was sent; asking again under the same key opens no other.

        Refuses with `UnknownOrder`, `AlreadyCancelled`, `MoreThanSent`, `KeyReused` or
        `UnfitRequest`.
        """
        ...

    async def approve_return(self, message: ApproveReturn, /) -> ReturnDetails:
        """Let a requested return come; again changes nothing, also once it has come.

        Refuses with `UnknownReturn` or, once it was rejected or cancelled,
        `ReturnStandsOtherwise`.
        """
        ...

    async def reject_return(self, message: RejectReturn, /) -> ReturnDetails:
        """Say no to a requested return, for good; again changes nothing.

        Refuses with `UnknownReturn` or `ReturnStandsOtherwise`.
        """
        ...

    async def receive_return(self, message: ReceiveReturn, /) -> ReturnDetails:
        """Take back what came of an approved return, once.

        Asking again under the same key changes nothing. The stock follows, by an event.
        Refuses with `UnknownReturn`, `ReturnStandsOtherwise`, `MoreThanApproved`, `KeyReused` or
        `UnfitRequest`.
        """
        ...

    async def refund_return(self, message: RefundReturn, /) -> ReturnDetails:
        """Promise money back for what came; again under the same key promises no more.

        The money follows, by events: what failed can be asked for again, under another key. Where
        nothing was given back and nothing is due, it is done with that. Refuses with
        `UnknownReturn`, `ReturnStandsOtherwise`, `MoreThanPaid`, `KeyReused` or `UnfitRequest`.
        """
        ...

    async def cancel_return(self, message: CancelReturn, /) -> ReturnDetails:
        """Undo a return, for good: what it took back is not here. Asking again changes nothing.

        Refuses with `UnknownReturn`, `KeyReused`, `UnfitRequest` or, once money was promised or it
        was rejected, `ReturnStandsOtherwise`.
        """
        ...

    async def find_return(self, message: FindReturn, /) -> ReturnDetails:
        """Refuses with `UnknownReturn`."""
        ...

    async def list_returns(self, message: ListReturns, /) -> ReturnPage:
        """A page of at most 100. Refuses with `UnfitRequest`."""
        ...

    async def report_order(self, message: ReportOrder, /) -> OrderDetails:
        """Take over what a partner says happened; what it said before is not lost.

        Refuses with `UnknownOrder`, `NotYourOrder` or `UnfitReport`.
        """
        ...

    async def list_platforms(self, message: ListPlatforms, /) -> PlatformPage:
        """Those that were registered here before identity knew them. Never refuses."""
        ...
