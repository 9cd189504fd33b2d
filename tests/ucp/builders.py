"""Checkouts and orders of every shape, as ordering might tell of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hypothesis import strategies as some

from domain.contracts.ordering import (
    Adjustment,
    Allocation,
    AppliedDiscount,
    Buyer,
    BuyerContext,
    CheckoutDetails,
    CheckoutLine,
    Destination,
    Expectation,
    FulfilmentEvent,
    Group,
    LineUnits,
    Method,
    Notice,
    Option,
    OrderDetails,
    OrderLine,
    Total,
    TotalPart,
)
from domain.shared.values import Address, AttemptId, CheckoutId, Consents, OrderId, Quantity, Sku

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HERE = Address(
    first_name="Ada",
    last_name="Byron",
    street_address="Kai 1",
    extended_address="c/o Menabrea",
    address_locality="Bremen",
    address_region="HB",
    address_country="DE",
    postal_code="28195",
    phone_number="+49421000",
)

words = some.text(some.characters(exclude_categories=["C"]), min_size=1, max_size=12)
maybe_word = some.none() | words
amounts = some.integers(0, 100_000)
instants = some.datetimes(timezones=some.just(UTC))
addresses = some.builds(Address, **dict.fromkeys(Address.__dataclass_fields__, maybe_word))
consents = some.builds(Consents)
buyers = some.builds(
    Buyer,
    first_name=maybe_word,
    last_name=maybe_word,
    email=maybe_word,
    phone_number=maybe_word,
    consents=some.none() | consents,
)
contexts = some.builds(
    BuyerContext,
    address_country=maybe_word,
    intent=maybe_word,
    language=maybe_word,
    eligibility=some.sampled_from([(), ("com.example.gold",), ("org.school", "com.example.gold")]),
)
notices = some.builds(
    Notice,
    kind=some.sampled_from(["error", "warning", "info"]),
    code=words,
    text=words,
    severity=some.sampled_from([None, "recoverable", "requires_buyer_input"]),
    path=some.sampled_from([None, "line_items[0]", "discounts.codes[1]"]),
)
options = some.builds(
    Option,
    option_id=words,
    service_level=words,
    title=words,
    price=amounts,
    carrier=maybe_word,
)
STATES = ["incomplete", "ready_for_complete", "complete_in_progress", "completed", "canceled"]


@some.composite
def lines(draw: some.DrawFn) -> tuple[CheckoutLine, ...]:
    found = []
    for number in range(draw(some.integers(1, 3))):
        price, units = draw(amounts), draw(some.integers(1, 9))
        subtotal = price * units
        discount = draw(some.integers(0, subtotal))
        line = CheckoutLine(
            line_id=f"line_{number}",
            sku=Sku(draw(words)),
            title=draw(words),
            quantity=Quantity(units),
            unit_price=price,
            subtotal=subtotal,
            discount=discount,
            total=subtotal - discount,
            image_url=draw(some.sampled_from([None, "https://shop.example/rose.png"])),
            parent_id=draw(some.sampled_from([None, "line_0"])),
        )
        found.append(line)
    return tuple(found)


@some.composite
def methods(draw: some.DrawFn) -> tuple[Method, ...]:
    places = tuple(
        Destination(address=address, destination_id=f"place_{number}")
        for number, address in enumerate(draw(some.lists(addresses, max_size=2)))
    )
    ways = tuple(draw(some.lists(options, max_size=2)))
    group = Group(
        group_id="group_1",
        line_ids=("line_0",),
        options=ways,
        selected_option_id=draw(some.sampled_from([None, *(way.option_id for way in ways)])),
    )
    place = draw(some.sampled_from([None, *(place.destination_id for place in places)]))
    kind = draw(some.sampled_from(["shipping", "pickup"]))
    method = Method(
        method_id="method_1",
        kind=kind,
        line_ids=("line_0",),
        destinations=places,
        selected_destination_id=place,
        groups=(group,),
    )
    return (method,)


@some.composite
def checkouts(draw: some.DrawFn) -> CheckoutDetails:
    """Any checkout whose sums are right."""
    sold, status = draw(lines()), draw(some.sampled_from(STATES))
    return CheckoutDetails(
        checkout_id=CheckoutId(uuid4()),
        client="platform:agent",
        status=status,
        currency=draw(some.sampled_from(["USD", "EUR", "JPY"])),
        lines=sold,
        totals=a_bill(sold, fulfillment=draw(amounts), tax=draw(amounts)),
        expires_at=draw(instants),
        buyer=draw(some.none() | buyers),
        context=draw(some.none() | contexts),
        codes=draw(some.none() | some.lists(words, max_size=2).map(tuple)),
        discounts=_applied(sold, code=draw(maybe_word)),
        methods=draw(some.sampled_from([None, ()]) | methods()),
        notices=tuple(draw(some.lists(notices, max_size=3))),
        order_id=OrderId(uuid4()) if status == "completed" else None,
    )


def a_bill(
    sold: tuple[CheckoutLine | OrderLine, ...], *, fulfillment: int, tax: int
) -> tuple[Total, ...]:
    subtotal = Total(kind="subtotal", amount=sum(line.subtotal for line in sold), text="Subtotal")
    discount = -sum(line.discount for line in sold)
    entries = [subtotal]
    if discount:
        entries.append(Total(kind="items_discount", amount=discount, text="Discounts"))
    entries.append(Total(kind="fulfillment", amount=fulfillment, text="Standard"))
    entries.append(Total(kind="tax", amount=tax, text="Tax"))
    amount = sum(entry.amount for entry in entries)
    parts = (TotalPart(text="Net", amount=amount - 7), TotalPart(text="of it Tax", amount=7))
    return (*entries, Total(kind="total", amount=amount, text="Total", parts=parts))


def _applied(sold: tuple[CheckoutLine, ...], *, code: str | None) -> tuple[AppliedDiscount, ...]:
    shares = tuple(Allocation(line_id=o.line_id, amount=o.discount) for o in sold if o.discount)
    amount = sum(share.amount for share in shares)
    off = AppliedDiscount(title="Off", amount=amount, priority=1, allocations=shares, code=code)
    return (off,) if shares else ()


@some.composite
def orders(draw: some.DrawFn) -> OrderDetails:
    """Any order whose sums are right, with what happened to it since."""
    sold = tuple(_ordered(draw, line) for line in draw(lines()))
    return an_order(
        lines=sold,
        totals=a_bill(sold, fulfillment=draw(amounts), tax=draw(amounts)),
        expectations=tuple(
            draw(
                some.lists(
                    some.builds(
                        Expectation,
                        expectation_id=words,
                        lines=some.just((LineUnits(line_id="line_0", units=1),)),
                        method_kind=some.sampled_from(["shipping", "pickup", "digital"]),
                        destination=addresses,
                        description=maybe_word,
                        fulfillable_on=some.sampled_from([None, "now"]),
                    ),
                    max_size=2,
                )
            )
        ),
        events=tuple(
            draw(
                some.lists(
                    some.builds(
                        FulfilmentEvent,
                        event_id=words,
                        kind=words,
                        occurred_at=instants,
                        lines=some.just((LineUnits(line_id="line_0", units=1),)),
                        tracking_number=maybe_word,
                        tracking_url=some.sampled_from([None, "https://carrier.example/1"]),
                        carrier=maybe_word,
                        description=maybe_word,
                    ),
                    max_size=2,
                )
            )
        ),
        adjustments=tuple(
            draw(
                some.lists(
                    some.builds(
                        Adjustment,
                        adjustment_id=words,
                        kind=words,
                        status=some.sampled_from(["pending", "completed", "failed"]),
                        occurred_at=instants,
                        amount=some.none() | some.integers(-100, 100),
                        lines=some.sampled_from([(), (LineUnits(line_id="line_0", units=-1),)]),
                        description=maybe_word,
                    ),
                    max_size=2,
                )
            )
        ),
    )


def _ordered(draw: some.DrawFn, line: CheckoutLine) -> OrderLine:
    units = draw(some.integers(0, line.quantity.units))
    return OrderLine(
        line_id=line.line_id,
        sku=line.sku,
        title=line.title,
        unit_price=line.unit_price,
        units_ordered=line.quantity.units,
        units=units,
        units_fulfilled=draw(some.integers(0, units)),
        subtotal=line.subtotal,
        discount=line.discount,
        total=line.total,
        image_url=line.image_url,
        parent_id=line.parent_id,
    )


def a_checkout(**details: Any) -> CheckoutDetails:
    """A checkout of one rose, which lacks nothing."""
    rose = CheckoutLine(
        line_id="line_1",
        sku=Sku("rose"),
        title="Rose",
        quantity=Quantity(2),
        unit_price=3500,
        subtotal=7000,
        discount=0,
        total=7000,
    )
    plain: dict[str, Any] = {
        "checkout_id": CheckoutId(uuid4()),
        "client": "platform:agent",
        "status": "ready_for_complete",
        "currency": "USD",
        "lines": (rose,),
        "totals": a_bill((rose,), fulfillment=500, tax=0),
        "expires_at": NOW,
    }
    return CheckoutDetails(**plain | details)


def an_order(**details: Any) -> OrderDetails:
    plain: dict[str, Any] = {
        "order_id": OrderId(uuid4()),
        "checkout_id": CheckoutId(uuid4()),
        "attempt_id": AttemptId(uuid4()),
        "client": "platform:agent",
        "currency": "USD",
        "placed_at": NOW,
        "lines": (),
        "totals": a_bill((), fulfillment=500, tax=0),
    }
    return OrderDetails(**plain | details)
