"""What ordering knows of sales that are long finished: checkouts, orders and returns."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.ordering import (
    CheckoutLine,
    Destination,
    FulfilmentEvent,
    Group,
    LineUnits,
    Method,
    Option,
    ReceivedLine,
    ReceiveReturn,
    RefundReturn,
    Request,
    RequestReturn,
    Total,
)
from domain.ordering.attempt import Attempt
from domain.ordering.checkout import Checkout, Content
from domain.ordering.goods_return import Return, ReturnId
from domain.ordering.order import Order
from domain.shared.values import Quantity
from infrastructure.ordering.checkout_rows import checkout_row
from infrastructure.ordering.order_rows import line_rows, order_row
from infrastructure.ordering.return_rows import return_row
from infrastructure.ordering.tables import checkouts, order_lines, orders, returns
from infrastructure.shared.sales import CLIENT, CURRENCY, DELIVERY, STANDARD, Sale
from infrastructure.shared.seeding import missing, pour

BY_POST = Option(
    option_id=STANDARD, service_level="standard", title="Standard Shipping", price=DELIVERY
)


async def write(connection: AsyncConnection, sales: Sequence[Sale]) -> None:
    new = await missing(connection, orders.c.order_id, {sale.order_id: sale for sale in sales})
    sold = [(sale, _checkout(sale)) for sale in new]
    placed = [(sale, _order(sale, checkout)) for sale, checkout in sold]
    back = [_back(sale, order) for sale, order in placed if sale.is_returned]
    known = [order for _, order in placed]
    await pour(connection, checkouts, [{**checkout_row(one), "version": 3} for _, one in sold])
    await pour(connection, orders, [{**order_row(one), "version": 3} for one in known])
    await pour(connection, order_lines, (row for one in known for row in line_rows(one)))
    await pour(connection, returns, [{**return_row(one), "version": 4} for one in back])


def _checkout(sale: Sale) -> Checkout:
    checkout = Checkout.opened(sale.checkout_id, CLIENT, _content(sale), sale.placed_at)
    checkout.attempt_id = sale.attempt_id
    checkout.complete(sale.order_id)
    return checkout


def _content(sale: Sale) -> Content:
    lines = tuple(
        CheckoutLine(
            line_id=f"line_{turn}",
            sku=product.sku,
            title=product.title,
            quantity=Quantity(units),
            unit_price=product.price,
            subtotal=product.price * units,
            discount=0,
            total=product.price * units,
        )
        for turn, (product, units) in enumerate(sale.goods, 1)
    )
    names = tuple(line.line_id for line in lines)
    group = Group(
        group_id="group_1",
        line_ids=names,
        options=(BY_POST,),
        selected_option_id=STANDARD,
    )
    method = Method(
        method_id="method_1",
        kind="shipping",
        line_ids=names,
        destinations=(Destination(destination_id="home", address=sale.person.address),),
        selected_destination_id="home",
        groups=(group,),
    )
    return Content(
        currency=CURRENCY,
        lines=lines,
        totals=(
            Total(kind="subtotal", amount=sale.total - DELIVERY, text="Subtotal"),
            Total(kind="fulfillment", amount=DELIVERY, text=BY_POST.title),
            Total(kind="total", amount=sale.total, text="Total"),
        ),
        buyer=sale.person.buyer,
        methods=(method,),
        lines_named=len(lines),
    )


def _order(sale: Sale, checkout: Checkout) -> Order:
    request = Request(client=CLIENT, operation="complete_checkout", key="", fingerprint="")
    attempt = Attempt(
        attempt_id=sale.attempt_id,
        checkout_id=sale.checkout_id,
        order_id=sale.order_id,
        request=request,
        started_at=sale.placed_at,
        leased_until=sale.placed_at,
    )
    order = Order.placed(checkout, attempt, sale.placed_at)
    units = tuple(LineUnits(line_id=line.line_id, units=line.units) for line in order.lines)
    for name, kind, at in (
        (sale.parcel_id, "shipped", sale.shipped_at),
        (f"{sale.parcel_id}_home", "delivered", sale.delivered_at),
    ):
        order.note(FulfilmentEvent(event_id=name, kind=kind, occurred_at=at, lines=units))
    return order


def _back(sale: Sale, order: Order) -> Return:
    """Asked for, received and paid for; the order knows of it too."""
    wish = RequestReturn(
        order_id=sale.order_id, key="seed", lines=(LineUnits(line_id="line_1", units=1),)
    )
    back = Return.requested(ReturnId(sale.return_id), order, wish, sale.back_at)
    back.approve()
    came = ReceiveReturn(
        return_id=back.name, key="seed", lines=(ReceivedLine(line_id="line_1", written_off=1),)
    )
    back.receive(order, came, sale.back_at, others=())
    back.refund(order, RefundReturn(return_id=back.name, key="seed"), sale.back_at)
    order.settle(sale.refund_id, is_done=True)
    back.settle(sale.refund_id, is_done=True)
    return back
