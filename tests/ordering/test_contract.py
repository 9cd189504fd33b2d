"""The `Ordering` contract: one set of promises, near, through the wire, and far."""

from asyncio import gather, to_thread
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from app.commands.paging import every
from domain.contracts.ordering import (
    Adjustment,
    AlreadyShipped,
    Buyer,
    CancelCheckout,
    CancelOrder,
    CheckoutClosed,
    CreateCheckout,
    Destination,
    FindCheckout,
    FindOrder,
    FulfilmentEvent,
    KeyReused,
    KnownPlatform,
    LineUnits,
    ListAttempts,
    ListOrders,
    ListPlatforms,
    MoreThanPaid,
    NoteOrder,
    NotYourOrder,
    OrderChanged,
    Ordering,
    OrderSummary,
    RefundOrder,
    ReportOrder,
    UnfitReport,
    UnfitRequest,
    UnknownCheckout,
    UnknownOrder,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.contracts.payments import Capture, Payments
from domain.shared.ids import public
from domain.shared.values import Address, CheckoutId, Money, OrderId, Quantity, Sku
from infrastructure.ordering.tables import platforms
from tests.conftest import KeptHouse
from tests.engines import asked
from tests.ordering.builders import HOME, NOW
from tests.ordering.shelf import Shelf, a_request, checkout_of, complete, order_of, told, until


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


@pytest.fixture
def ordering(shelf: Shelf) -> Ordering:
    return shelf.ordering


@pytest.mark.ucp("CHK-20", "CHK-24")
async def test_a_checkout_is_opened_and_found(ordering: Ordering, shelf: Shelf) -> None:
    message = CreateCheckout(request=a_request("create_checkout"), lines=shelf.lines(2))

    answer = await ordering.create_checkout(message)

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout_of(answer)))
    assert (answer.code, found.status) == (201, "incomplete")
    (line,) = found.lines
    assert (line.sku, line.subtotal, line.quantity.units) == (shelf.sku, 7000, 2)
    assert [(total.kind, total.amount) for total in found.totals] == [
        ("subtotal", 7000),
        ("total", 7000),
    ]


@pytest.mark.ucp("IDM-3")
async def test_the_same_request_gets_the_same_answer(ordering: Ordering, shelf: Shelf) -> None:
    message = CreateCheckout(request=a_request("create_checkout"), lines=shelf.lines())

    first, *others = await gather(*(ordering.create_checkout(message) for _ in range(5)))

    assert others == [first] * 4
    assert await ordering.create_checkout(message) == first


@pytest.mark.ucp("IDM-4")
async def test_another_request_of_the_same_name_is_refused(
    ordering: Ordering, shelf: Shelf
) -> None:
    message = CreateCheckout(request=a_request("create_checkout"), lines=shelf.lines())
    await ordering.create_checkout(message)
    other = replace(message, request=replace(message.request, fingerprint="another"))

    with pytest.raises(KeyReused):
        await ordering.create_checkout(other)


@pytest.mark.ucp("CHK-20", "MSG-2")
async def test_what_is_not_sold_is_left_out_and_said(ordering: Ordering, shelf: Shelf) -> None:
    nothing = WantedLine(sku=Sku("no-such-thing"), quantity=Quantity(1))
    request = a_request("create_checkout")

    answer = await ordering.create_checkout(
        CreateCheckout(request=request, lines=(nothing, *shelf.lines()))
    )

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout_of(answer)))
    assert [line.sku for line in found.lines] == [shelf.sku]
    assert "item_unavailable" in [notice.code for notice in found.notices]


@pytest.mark.ucp("CHK-21")
async def test_where_nothing_can_be_sold_there_is_no_checkout(
    ordering: Ordering, shelf: Shelf
) -> None:
    nothing = WantedLine(sku=Sku("no-such-thing"), quantity=Quantity(1))
    await shelf.count(0)

    for lines, code in (((nothing,), "item_unavailable"), (shelf.lines(), "out_of_stock")):
        message = CreateCheckout(request=a_request("create_checkout"), lines=lines)

        answer = await ordering.create_checkout(message)

        assert [message["code"] for message in told(answer)["messages"]] == [code]
        assert "id" not in told(answer)
        assert await ordering.create_checkout(message) == answer
        reused = replace(message.request, fingerprint="another")
        with pytest.raises(KeyReused):
            await ordering.create_checkout(replace(message, request=reused))


@pytest.mark.ucp("CHK-20", "MSG-2")
async def test_more_than_there_is_makes_it_incomplete(ordering: Ordering, shelf: Shelf) -> None:
    checkout = await shelf.created()

    await ordering.update_checkout(shelf.update(checkout, units=11))

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert found.status == "incomplete"
    assert [(n.code, n.path) for n in found.notices] == [("out_of_stock", "line_items[0].quantity")]


@pytest.mark.ucp("CHK-20", "MSG-2")
async def test_more_than_there_is_can_be_begun_with_and_lessened(
    ordering: Ordering, shelf: Shelf
) -> None:
    message = CreateCheckout(request=a_request("create_checkout"), lines=shelf.lines(11))

    created = await ordering.create_checkout(message)
    lessened = await ordering.update_checkout(shelf.update(checkout_of(created), units=10))

    assert (created.code, told(created)["status"]) == (201, "incomplete")
    errors = [m for m in told(created)["messages"] if m["type"] == "error"]
    assert (errors[0]["code"], errors[0]["severity"]) == ("out_of_stock", "recoverable")
    assert told(lessened)["status"] == "ready_for_complete"


@pytest.mark.ucp("MSG-2", "CHK-22")
async def test_what_cannot_become_of_a_checkout_leaves_it_as_it_was(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await shelf.ready()
    nothing = WantedLine(sku=Sku("no-such-thing"), quantity=Quantity(1))
    message = replace(shelf.update(checkout), lines=(nothing,))

    said = told(await ordering.update_checkout(message))

    assert said["ucp"]["status"] == "error"
    (error,) = said["messages"]
    assert (error["code"], error["severity"]) == ("item_unavailable", "recoverable")
    assert said["continue_url"].endswith(f"/checkout/{public('chk', checkout)}")
    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert (found.status, [line.sku for line in found.lines]) == ("ready_for_complete", [shelf.sku])


@pytest.mark.ucp("CHK-22")
async def test_replacing_forgets_what_merging_keeps(ordering: Ordering, shelf: Shelf) -> None:
    checkout = await shelf.ready()
    bare: dict[str, Any] = {"buyer": None, "methods": None}

    await ordering.update_checkout(shelf.update(checkout, 2, **bare, is_merge=True))
    merged = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    await ordering.update_checkout(shelf.update(checkout, 2, **bare))
    replaced = await ordering.find_checkout(FindCheckout(checkout_id=checkout))

    assert (merged.status, merged.buyer is None) == ("ready_for_complete", False)
    assert (replaced.status, replaced.buyer, replaced.methods) == ("incomplete", None, None)


@pytest.mark.ucp("CHK-25", "CHK-26")
async def test_an_order_is_placed_paid_and_allocated(ordering: Ordering, shelf: Shelf) -> None:
    checkout = await shelf.ready(3)

    answer = await ordering.complete_checkout(complete(checkout))

    order = await ordering.find_order(FindOrder(order_id=order_of(answer)))
    assert (told(answer)["status"], order.checkout_id) == ("completed", checkout)
    assert [(line.sku, line.units, line.units_fulfilled) for line in order.lines] == [
        (shelf.sku, 3, 0)
    ]
    assert order.totals[-1].amount == 3 * 3500 + 500

    async def is_allocated() -> bool:
        stock = await shelf.stock()
        return (stock.units_held, stock.units_allocated) == (0, 3)

    await until(is_allocated)


@pytest.mark.ucp("FUL-6", "FUL-11", "ORD-5", "TOT-1")
async def test_goods_may_go_to_several_places(ordering: Ordering, shelf: Shelf) -> None:
    lines = (replace(shelf.lines()[0], line_id="mine"), replace(shelf.lines(2)[0], line_id="hers"))
    chosen = (WantedGroup(selected_option_id="shelf-standard"),)
    hers = Address(street_address="2 Side St", address_country="US")
    methods = tuple(
        WantedMethod(
            kind="shipping",
            line_ids=names,
            destinations=(Destination(address=address),),
            groups=chosen,
        )
        for names, address in ((("mine",), HOME), (("hers",), hers))
    )
    request = a_request("create_checkout")
    buyer = Buyer(email="ada@example.org")

    checkout = checkout_of(
        await ordering.create_checkout(
            CreateCheckout(request=request, lines=lines, methods=methods, buyer=buyer)
        )
    )
    order = await ordering.find_order(
        FindOrder(order_id=order_of(await ordering.complete_checkout(complete(checkout))))
    )

    totals = [(total.kind, total.amount) for total in order.totals]
    assert totals == [
        ("subtotal", 10500),
        ("fulfillment", 500),
        ("fulfillment", 500),
        ("total", 11500),
    ]
    promised = [(e.destination, [u.units for u in e.lines]) for e in order.expectations]
    assert promised == [(HOME, [1]), (hers, [2])]


@pytest.mark.ucp("IDM-10", "PAY-12")
async def test_completing_again_however_asked_is_the_same_order(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout, body = await shelf.ready(), uuid4().hex
    same = complete(checkout, fingerprint=body)

    asked = [same, same, complete(checkout, fingerprint=body), complete(checkout, fingerprint=body)]
    first, *others = await gather(*(ordering.complete_checkout(message) for message in asked))

    assert others == [first] * 3
    assert await ordering.complete_checkout(same) == first
    stock = await shelf.stock()
    assert stock.units_held + stock.units_allocated == 1


@pytest.mark.ucp("CHK-29", "PAY-12")
async def test_a_declined_payment_holds_nothing_and_can_be_tried_again(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await shelf.ready()
    declined = complete(checkout, token="fail_token")

    answer = await ordering.complete_checkout(declined)

    assert [message["code"] for message in told(answer)["messages"]] == ["payment_failed"]
    assert told(answer)["status"] == "ready_for_complete"
    assert (await shelf.stock()).units_available == 10

    placed = await ordering.complete_checkout(complete(checkout))
    assert told(placed)["status"] == "completed"
    assert await ordering.complete_checkout(declined) == answer


async def test_of_ten_units_twelve_buyers_get_ten(ordering: Ordering, shelf: Shelf) -> None:
    checkouts = [await shelf.ready() for _ in range(12)]

    answers = await gather(*(ordering.complete_checkout(complete(c)) for c in checkouts))

    statuses = sorted(told(answer)["status"] for answer in answers)
    assert statuses == ["completed"] * 10 + ["incomplete"] * 2
    assert (await shelf.stock()).units_available == 0


@pytest.mark.ucp("MSG-5")
async def test_a_changed_price_is_shown_before_anything_is_held(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await shelf.ready()
    await shelf.price(3600)

    answer = await ordering.complete_checkout(complete(checkout))

    assert told(answer)["status"] == "ready_for_complete"
    assert "total_changed" in [message["code"] for message in told(answer)["messages"]]
    assert (await shelf.stock()).units_available == 10
    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert found.totals[-1].amount == 4100
    assert told(await ordering.complete_checkout(complete(checkout)))["status"] == "completed"


async def test_what_was_changed_after_the_buyer_agreed_to_it_is_not_ordered(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await shelf.ready()
    agreed = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    await ordering.update_checkout(shelf.update(checkout, units=2))

    answer = await ordering.complete_checkout(replace(complete(checkout), deal=agreed.deal))

    assert told(answer)["status"] == "ready_for_complete"
    assert "total_changed" in [message["code"] for message in told(answer)["messages"]]
    assert (await shelf.stock()).units_available == 10
    now = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    placed = await ordering.complete_checkout(replace(complete(checkout), deal=now.deal))
    assert told(placed)["status"] == "completed"


@pytest.mark.ucp("CHK-32")
async def test_what_is_incomplete_is_not_completed(ordering: Ordering, shelf: Shelf) -> None:
    checkout = await shelf.created()

    answer = await ordering.complete_checkout(complete(checkout))

    assert told(answer)["status"] == "incomplete"
    assert [message["code"] for message in told(answer)["messages"]] == ["missing"]
    assert (await shelf.stock()).units_available == 10


@pytest.mark.ucp("CHK-8", "CHK-30")
async def test_a_cancelled_checkout_stays_so(ordering: Ordering, shelf: Shelf) -> None:
    checkout = await shelf.ready()
    cancel = CancelCheckout(request=a_request("cancel_checkout"), checkout_id=checkout)

    answer = await ordering.cancel_checkout(cancel)

    assert told(answer)["status"] == "canceled"
    assert await ordering.cancel_checkout(cancel) == answer
    for change in (
        ordering.cancel_checkout(replace(cancel, request=a_request("cancel_checkout"))),
        ordering.update_checkout(shelf.update(checkout)),
        ordering.complete_checkout(complete(checkout)),
    ):
        with pytest.raises(CheckoutClosed) as refused:
            await change
        assert refused.value.status == "canceled"


@pytest.mark.ucp("SEC-3", "ORD-15")
async def test_a_checkout_and_an_order_are_their_clients_alone(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout, order = await shelf.ready(), await shelf.ordered()
    stranger = "platform:b"

    with pytest.raises(UnknownCheckout):
        await ordering.find_checkout(FindCheckout(checkout_id=checkout, client=stranger))
    with pytest.raises(UnknownCheckout):
        await ordering.complete_checkout(complete(checkout, client=stranger))
    with pytest.raises(NotYourOrder):
        await ordering.find_order(FindOrder(order_id=order, client=stranger))
    found = await ordering.find_order(FindOrder(order_id=order, client="platform:a"))
    assert found.order_id == order


@pytest.mark.ucp("CHK-24")
async def test_what_does_not_exist_is_refused(ordering: Ordering, shelf: Shelf) -> None:
    checkout, order = CheckoutId(uuid4()), OrderId(uuid4())

    with pytest.raises(UnknownCheckout):
        await ordering.update_checkout(shelf.update(checkout))
    with pytest.raises(UnknownOrder):
        await ordering.find_order(FindOrder(order_id=order))
    with pytest.raises(UnknownOrder):
        await ordering.cancel_order(CancelOrder(order_id=order, key="k"))


async def test_what_a_partner_says_was_sent_is_not_cancelled_and_can_still_be_shipped(
    ordering: Ordering, shelf: Shelf
) -> None:
    order = await shelf.ordered()
    (line,) = (await ordering.find_order(FindOrder(order_id=order))).lines
    sent = FulfilmentEvent(
        event_id="theirs",
        kind="shipped",
        occurred_at=NOW,
        lines=(LineUnits(line_id=line.line_id, units=1),),
    )
    await ordering.report_order(ReportOrder(order_id=order, events=(sent,)))

    with pytest.raises(AlreadyShipped):
        await ordering.cancel_order(CancelOrder(order_id=order, key="k"))

    await until(partial(shelf.ship, order))


@pytest.mark.ucp("PAY-9")
async def test_completing_without_an_instrument_is_asked_for_one(
    ordering: Ordering, shelf: Shelf
) -> None:
    checkout = await shelf.ready()

    answer = await ordering.complete_checkout(replace(complete(checkout), instrument=None))

    assert [message["code"] for message in told(answer)["messages"]] == ["missing"]
    assert told(answer)["status"] == "ready_for_complete"


@pytest.mark.ucp("ORD-7", "ORD-9")
async def test_a_cancelled_order_gives_stock_and_money_back(
    ordering: Ordering, shelf: Shelf
) -> None:
    order = await shelf.ordered(2)
    cancel = CancelOrder(order_id=order, key="k", reason="changed my mind")

    details = await ordering.cancel_order(cancel)

    assert (details.is_cancelled, [line.units for line in details.lines]) == (True, [0])
    with pytest.raises(KeyReused):
        await ordering.cancel_order(replace(cancel, reason="another one"))
    again = await ordering.cancel_order(cancel)
    assert [a.adjustment_id for a in again.adjustments] == [details.adjustments[0].adjustment_id]

    async def is_settled() -> bool:
        found = await ordering.find_order(FindOrder(order_id=order))
        return [a.status for a in found.adjustments] == ["completed"]

    async def is_back() -> bool:
        return (await shelf.stock()).units_available == 10

    await until(is_settled)
    await until(is_back)


@pytest.mark.ucp("ORD-4", "ORD-6")
async def test_what_was_shipped_is_seen_taken_and_not_cancelled(
    ordering: Ordering, shelf: Shelf
) -> None:
    order = await shelf.ordered(2)

    async def is_noted() -> bool:
        found = await ordering.find_order(FindOrder(order_id=order))
        return [(event.kind, event.tracking_number) for event in found.events] == [
            ("shipped", "T1")
        ]

    async def is_gone() -> bool:
        stock = await shelf.stock()
        return (stock.units_on_hand, stock.units_allocated) == (8, 0)

    await until(partial(shelf.ship, order, tracking_number="T1", carrier="Carrier"))
    await until(is_noted)
    await until(is_gone)
    with pytest.raises(AlreadyShipped):
        await ordering.cancel_order(CancelOrder(order_id=order, key="k"))


@pytest.mark.ucp("ORD-7", "ORD-8")
async def test_a_refund_is_promised_and_paid(
    ordering: Ordering, shelf: Shelf, house: KeptHouse
) -> None:
    order = await shelf.ordered()
    placed = await ordering.find_order(FindOrder(order_id=order))
    await house.contract(Payments).capture(
        Capture(attempt_id=placed.attempt_id, key="c", amount=Money(4000, "USD"))
    )
    refund = RefundOrder(order_id=order, key="r", amount=Money(1500, "USD"), reason="late")

    for _ in range(2):
        details = await ordering.refund_order(refund)
        assert [a.amount for a in details.adjustments] == [-1500]
    for other in (replace(refund, amount=Money(1, "USD")), replace(refund, reason="later")):
        with pytest.raises(KeyReused):
            await ordering.refund_order(other)
    with pytest.raises(MoreThanPaid) as refused:
        await ordering.refund_order(replace(refund, key="r2", amount=Money(2501, "USD")))
    assert refused.value.left == Money(2500, "USD")

    async def is_paid() -> bool:
        found = await ordering.find_order(FindOrder(order_id=order))
        return [a.status for a in found.adjustments] == ["completed"]

    await until(is_paid)


async def test_a_partner_reports_what_happened(ordering: Ordering, shelf: Shelf) -> None:
    order = await shelf.ordered()
    returned = Adjustment(adjustment_id="a", kind="return", status="pending", occurred_at=NOW)

    details = await ordering.report_order(ReportOrder(order_id=order, adjustments=(returned,)))

    assert details.adjustments == (returned,)
    odd = replace(returned, status="perhaps")
    with pytest.raises(UnfitReport):
        await ordering.report_order(ReportOrder(order_id=order, adjustments=(odd,)))


async def test_orders_are_listed_newest_first_page_by_page(
    ordering: Ordering, shelf: Shelf
) -> None:
    orders = [await shelf.ordered() for _ in range(3)]
    wanted = ListOrders(sku=shelf.sku, status="open", client="platform:a", most=2)

    first = await ordering.list_orders(wanted)
    last = await ordering.list_orders(replace(wanted, after=first.next))

    assert [order.order_id for order in (*first.items, *last.items)] == orders[::-1]
    assert last.next is None
    whole = await ordering.find_order(FindOrder(order_id=orders[0]))
    assert last.items == (
        OrderSummary(
            order_id=whole.order_id,
            client="platform:a",
            placed_at=whole.placed_at,
            status="open",
            total=Money(4000, "USD"),
            email=whole.buyer.email if whole.buyer else None,
        ),
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "perhaps"},
        {"after": "there"},
        {"after": ""},
        {"placed_from": NOW.replace(tzinfo=None)},
        {"placed_to": NOW.replace(year=9999)},
    ],
)
async def test_a_list_of_what_there_cannot_be_is_refused(
    ordering: Ordering, odd: dict[str, Any]
) -> None:
    with pytest.raises(UnfitRequest):
        await ordering.list_orders(ListOrders(**odd))
    with pytest.raises(UnfitRequest):
        await ordering.list_attempts(ListAttempts(state="perhaps"))


async def test_a_note_is_put_in_the_version_that_was_read(ordering: Ordering, shelf: Shelf) -> None:
    order = await shelf.ordered()
    read = await ordering.find_order(FindOrder(order_id=order))
    note = NoteOrder(order_id=order, note="ring twice", version=read.version)

    noted = await ordering.note_order(note)

    assert (noted.note, noted.version) == ("ring twice", read.version + 1)
    with pytest.raises(OrderChanged) as refused:
        await ordering.note_order(replace(note, note="ring once"))
    assert refused.value.version == noted.version
    assert await ordering.find_order(FindOrder(order_id=order)) == noted
    with pytest.raises(UnknownOrder):
        await ordering.note_order(replace(note, order_id=OrderId(uuid4())))


async def test_of_two_that_note_at_once_one_does(ordering: Ordering, shelf: Shelf) -> None:
    order = await shelf.ordered()
    version = (await ordering.find_order(FindOrder(order_id=order))).version
    notes = [NoteOrder(order_id=order, note=text, version=version) for text in ("a", "b")]

    outcomes = await gather(*map(ordering.note_order, notes), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "OrderChanged",
        "OrderDetails",
    ]


async def test_attempts_are_listed_with_where_they_stand_and_why(
    ordering: Ordering, shelf: Shelf
) -> None:
    older, checkout = await shelf.ready(), await shelf.ready()
    await ordering.complete_checkout(complete(older, token="fail_token"))
    await ordering.complete_checkout(complete(checkout, token="fail_token"))
    await ordering.complete_checkout(complete(checkout))

    page = await ordering.list_attempts(ListAttempts(most=2))
    failed = await ordering.list_attempts(ListAttempts(state="failed", most=1))

    assert [(one.checkout_id, one.state) for one in page.items] == [
        (checkout, "completed"),
        (checkout, "failed"),
    ]
    assert [notice.code for notice in failed.items[0].notices] == ["payment_failed"]
    after = await ordering.list_attempts(ListAttempts(after=failed.next))
    assert page.items[1] not in after.items


async def test_platforms_that_were_registered_here_are_still_known(
    house: KeptHouse, ordering: Ordering
) -> None:
    name, digest = uuid4().hex, sha256(uuid4().bytes).hexdigest()
    profile = "https://a.example/p"
    row = {"name": name, "key_digest": digest, "profile_url": profile, "registered_at": NOW}

    def register() -> None:
        with asked(house.database).begin() as connection:
            connection.execute(platforms.insert(), row)

    await to_thread(register)  # whoever holds the database must be able to let go of it
    listed = [one async for one in every(ordering.list_platforms, ListPlatforms(most=1))]

    assert KnownPlatform(name=name, key_digest=digest, profile_url=profile) in listed
