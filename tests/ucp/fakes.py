"""A shop of two flowers, in memory, that keeps the promises of `Ordering`."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from app.ucp.answers import UcpAnswers
from domain.contracts.fulfillment import (
    Cancel,
    Cancelled,
    FindOptions,
    FindPickupPlaces,
    FindShipment,
    NoShipment,
    Options,
    Parcel,
    PickupPlaces,
    PutPickupPlaces,
    PutShippingRates,
    Ship,
    ShipmentDetails,
    Shipped,
    ShippingRatesPut,
)
from domain.contracts.ordering import (
    Allocation,
    Answer,
    AppliedDiscount,
    ApproveReturn,
    AttemptPage,
    CancelCart,
    CancelCheckout,
    CancelOrder,
    CancelReturn,
    CartDetails,
    CheckoutClosed,
    CheckoutDetails,
    CheckoutLine,
    CompleteCheckout,
    CreateCart,
    CreateCheckout,
    FindCart,
    FindCheckout,
    FindOrder,
    FindReturn,
    FulfilmentEvent,
    Group,
    KeyReused,
    LedgerPage,
    LineUnits,
    ListAttempts,
    ListLedger,
    ListOrders,
    ListPlatforms,
    ListReturns,
    Method,
    NoteOrder,
    Notice,
    NotYourOrder,
    Option,
    OrderDetails,
    OrderLine,
    OrderPage,
    PlatformPage,
    ReceiveReturn,
    RefundOrder,
    RefundReturn,
    RejectReturn,
    ReportOrder,
    Request,
    RequestReturn,
    ReturnDetails,
    ReturnPage,
    Total,
    UnfitReport,
    UnknownCheckout,
    UnknownOrder,
    UpdateCart,
    UpdateCheckout,
    WantedMethod,
)
from domain.ordering.basket import NothingAvailable
from domain.shared.values import AttemptId, CheckoutId, OrderId

PRICES = {"rose": 3500, "tulip": 1200, "sku-tea-250": 1250}
MOST = 10
STANDARD = Option(option_id="std", service_level="standard", title="Standard", price=500)
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass
class FakeOrdering:
    """`asked` is all that was asked of it; `failure` is raised by whatever is asked next."""

    asked: list[object] = field(default_factory=list)
    failure: Exception | None = None
    checkouts: dict[CheckoutId, CheckoutDetails] = field(default_factory=dict)
    orders: dict[OrderId, OrderDetails] = field(default_factory=dict)
    said: dict[tuple[str, str, str], tuple[str, Answer]] = field(default_factory=dict)

    async def create_checkout(self, message: CreateCheckout, /) -> Answer:
        if answer := self._begin(message, message.request):
            return answer
        try:
            checkout = self._priced(message, CheckoutId(uuid4()))
        except NothingAvailable as nothing:
            return UcpAnswers().nothing(nothing.notices, message.request.presentation)
        return self._keep(checkout, message.request, "created")

    async def find_checkout(self, message: FindCheckout, /) -> CheckoutDetails:
        self._begin(message)
        return self._checkout(message.checkout_id, message.client)

    async def update_checkout(self, message: UpdateCheckout, /) -> Answer:
        if answer := self._begin(message, message.request):
            return answer
        self._open(message.checkout_id, message.request)
        try:
            checkout = self._priced(message, message.checkout_id)
        except NothingAvailable as nothing:
            return UcpAnswers().nothing(
                nothing.notices, message.request.presentation, standing=message.checkout_id
            )
        return self._keep(checkout, message.request, "shown")

    async def complete_checkout(self, message: CompleteCheckout, /) -> Answer:
        if answer := self._begin(message, message.request):
            return answer
        checkout = self._open(message.checkout_id, message.request)
        if checkout.status != "ready_for_complete":
            return self._keep(checkout, message.request, "refused")
        if message.instrument is None or message.instrument.token == "fail_token":
            notice = _error("payment_failed", "The card was declined.")
            checkout = replace(checkout, notices=(notice,))
            return self._keep(checkout, message.request, "refused")
        order = _order(checkout)
        self.orders[order.order_id] = order
        done = replace(checkout, status="completed", order_id=order.order_id)
        return self._keep(done, message.request, "completed")

    async def cancel_checkout(self, message: CancelCheckout, /) -> Answer:
        if answer := self._begin(message, message.request):
            return answer
        checkout = self._open(message.checkout_id, message.request)
        return self._keep(replace(checkout, status="canceled"), message.request, "cancelled")

    async def create_cart(self, message: CreateCart, /) -> Answer:
        raise NotImplementedError

    async def find_cart(self, message: FindCart, /) -> CartDetails:
        raise NotImplementedError

    async def update_cart(self, message: UpdateCart, /) -> Answer:
        raise NotImplementedError

    async def cancel_cart(self, message: CancelCart, /) -> Answer:
        raise NotImplementedError

    async def find_order(self, message: FindOrder, /) -> OrderDetails:
        self._begin(message)
        if not (order := self.orders.get(message.order_id)):
            raise UnknownOrder(message.order_id)
        if message.client not in (None, order.client):
            raise NotYourOrder(message.order_id)
        return order

    async def report_order(self, message: ReportOrder, /) -> OrderDetails:
        order = await self.find_order(FindOrder(order_id=message.order_id, client=message.client))
        lines = {line.line_id for line in order.lines}
        for event in message.events or ():
            if not {line.line_id for line in event.lines} <= lines:
                raise UnfitReport(message.order_id, "there is no such line")
        events = message.events if message.events is not None else order.events
        adjustments = order.adjustments if message.adjustments is None else message.adjustments
        order = replace(order, events=events, adjustments=adjustments)
        self.orders[order.order_id] = order
        return order

    async def cancel_order(self, message: CancelOrder, /) -> OrderDetails:
        raise NotImplementedError

    async def refund_order(self, message: RefundOrder, /) -> OrderDetails:
        raise NotImplementedError

    async def list_orders(self, message: ListOrders, /) -> OrderPage:
        raise NotImplementedError

    async def note_order(self, message: NoteOrder, /) -> OrderDetails:
        raise NotImplementedError

    async def list_attempts(self, message: ListAttempts, /) -> AttemptPage:
        raise NotImplementedError

    async def list_ledger(self, message: ListLedger, /) -> LedgerPage:
        raise NotImplementedError

    async def request_return(self, message: RequestReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def approve_return(self, message: ApproveReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def reject_return(self, message: RejectReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def receive_return(self, message: ReceiveReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def refund_return(self, message: RefundReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def cancel_return(self, message: CancelReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def find_return(self, message: FindReturn, /) -> ReturnDetails:
        raise NotImplementedError

    async def list_returns(self, message: ListReturns, /) -> ReturnPage:
        raise NotImplementedError

    async def list_platforms(self, message: ListPlatforms, /) -> PlatformPage:
        raise NotImplementedError

    def _begin(self, message: object, request: Request | None = None) -> Answer | None:
        self.asked.append(message)
        failure, self.failure = self.failure, None
        if failure:
            raise failure
        if not request:
            return None
        name = request.client, request.operation, request.key
        fingerprint, answer = self.said.get(name, (request.fingerprint, None))
        if fingerprint != request.fingerprint:
            raise KeyReused(request.key)
        return answer

    def _keep(self, checkout: CheckoutDetails, request: Request, outcome: str) -> Answer:
        self.checkouts[checkout.checkout_id] = checkout
        answer = UcpAnswers().checkout(checkout, request.presentation, outcome)
        name = request.client, request.operation, request.key
        self.said[name] = request.fingerprint, answer
        return answer

    def _checkout(self, checkout_id: CheckoutId, client: str | None) -> CheckoutDetails:
        checkout = self.checkouts.get(checkout_id)
        if not checkout or client not in (None, checkout.client):
            raise UnknownCheckout(checkout_id)
        return checkout

    def _open(self, checkout_id: CheckoutId, request: Request) -> CheckoutDetails:
        checkout = self._checkout(checkout_id, request.client)
        if checkout.status in ("completed", "canceled"):
            raise CheckoutClosed(checkout_id, checkout.status)
        return checkout

    def _priced(
        self, message: CreateCheckout | UpdateCheckout, checkout_id: CheckoutId
    ) -> CheckoutDetails:
        if not (wanted := [line for line in message.lines if line.sku in PRICES]):
            raise NothingAvailable((_error("item_unavailable", "Item orchid was not found."),))
        if all(line.quantity.units > MOST for line in wanted):
            raise NothingAvailable(
                (_error("out_of_stock", "Insufficient stock of rose: 10 left."),)
            )
        codes = [code.upper() for code in message.codes or ()]
        share = 10 if "10OFF" in codes else 0
        lines = tuple(
            CheckoutLine(
                line_id=f"line_{number}",
                sku=line.sku,
                title=line.sku.title(),
                quantity=line.quantity,
                unit_price=PRICES[line.sku],
                subtotal=(subtotal := PRICES[line.sku] * line.quantity.units),
                discount=(discount := subtotal * share // 100),
                total=subtotal - discount,
            )
            for number, line in enumerate(wanted, 1)
        )
        methods = None if message.methods is None else tuple(map(_method, message.methods))
        notices = () if methods and _is_chosen(methods) else (_error("missing", "Where to?"),)
        return CheckoutDetails(
            checkout_id=checkout_id,
            client=message.request.client,
            status="incomplete" if notices else "ready_for_complete",
            currency="USD",
            lines=lines,
            totals=_totals(lines, methods),
            expires_at=NOW + timedelta(hours=6),
            buyer=message.buyer,
            context=message.context,
            codes=message.codes,
            discounts=_discounts(lines),
            methods=methods,
            notices=notices,
        )


@dataclass
class FakeFulfillment:
    """Ships what `ordering` has orders for; the first `late` times nothing is there to ship."""

    ordering: FakeOrdering
    late: int = 0

    async def ship(self, message: Ship, /) -> Shipped:
        self.late -= 1
        if self.late >= 0:
            raise NoShipment(message.order_id)
        order = self.ordering.orders[message.order_id]
        event = FulfilmentEvent(
            event_id=message.key,
            kind="shipped",
            occurred_at=NOW,
            lines=tuple(LineUnits(line_id=o.line_id, units=o.units) for o in order.lines),
        )
        sent = tuple(replace(line, units_fulfilled=line.units) for line in order.lines)
        self.ordering.orders[order.order_id] = replace(order, events=(event,), lines=sent)
        parcel = Parcel(parcel_id=message.key, lines=(), shipped_at=NOW)
        return Shipped(order_id=order.order_id, parcel=parcel)

    async def put_shipping_rates(self, message: PutShippingRates, /) -> ShippingRatesPut:
        raise NotImplementedError

    async def find_options(self, message: FindOptions, /) -> Options:
        raise NotImplementedError

    async def put_pickup_places(self, message: PutPickupPlaces, /) -> PickupPlaces:
        raise NotImplementedError

    async def find_pickup_places(self, message: FindPickupPlaces, /) -> PickupPlaces:
        raise NotImplementedError

    async def cancel(self, message: Cancel, /) -> Cancelled:
        raise NotImplementedError

    async def find_shipment(self, message: FindShipment, /) -> ShipmentDetails:
        raise NotImplementedError


def _error(code: str, text: str) -> Notice:
    return Notice(kind="error", code=code, text=text, severity="recoverable")


def _method(wanted: WantedMethod) -> Method:
    places = tuple(
        replace(place, destination_id=place.destination_id or f"place_{number}")
        for number, place in enumerate(wanted.destinations or (), 1)
    )
    only = places[0].destination_id if len(places) == 1 else None
    selected = [group.selected_option_id for group in wanted.groups or ()]
    group = Group(
        group_id="group_1",
        line_ids=(),
        options=(STANDARD,) if places else (),
        selected_option_id=selected[0] if places and selected else None,
    )
    return Method(
        method_id="method_1",
        kind=wanted.kind or "shipping",
        line_ids=(),
        destinations=places,
        selected_destination_id=wanted.selected_destination_id or only,
        groups=(group,),
    )


def _is_chosen(methods: tuple[Method, ...]) -> bool:
    return all(m.selected_destination_id and m.groups[0].selected_option_id for m in methods)


def _totals(
    lines: tuple[CheckoutLine, ...], methods: tuple[Method, ...] | None
) -> tuple[Total, ...]:
    reduced = -sum(line.discount for line in lines)
    totals = [Total(kind="subtotal", amount=sum(line.subtotal for line in lines), text="Subtotal")]
    if reduced:
        totals.append(Total(kind="items_discount", amount=reduced, text="Discounts"))
    if methods and _is_chosen(methods):
        totals.append(Total(kind="fulfillment", amount=STANDARD.price, text=STANDARD.title))
    amount = sum(entry.amount for entry in totals)
    return (*totals, Total(kind="total", amount=amount, text="Total"))


def _discounts(lines: tuple[CheckoutLine, ...]) -> tuple[AppliedDiscount, ...]:
    shares = tuple(Allocation(line_id=o.line_id, amount=o.discount) for o in lines if o.discount)
    if not shares:
        return ()
    amount = sum(share.amount for share in shares)
    title = "10 % off"
    return (
        AppliedDiscount(title=title, amount=amount, priority=1, allocations=shares, code="10OFF"),
    )


def _order(checkout: CheckoutDetails) -> OrderDetails:
    return OrderDetails(
        order_id=OrderId(uuid4()),
        checkout_id=checkout.checkout_id,
        attempt_id=AttemptId(uuid4()),
        client=checkout.client,
        currency=checkout.currency,
        placed_at=NOW,
        lines=tuple(
            OrderLine(
                line_id=line.line_id,
                sku=line.sku,
                title=line.title,
                unit_price=line.unit_price,
                units_ordered=line.quantity.units,
                units=line.quantity.units,
                units_fulfilled=0,
                subtotal=line.subtotal,
                discount=line.discount,
                total=line.total,
            )
            for line in checkout.lines
        ),
        totals=checkout.totals,
    )
