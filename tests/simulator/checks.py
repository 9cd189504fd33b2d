"""What is true of every world once it has come to rest, whatever went wrong in it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from app.ordering.api.announcement import announcement
from domain.contracts.ordering import RETURN_REMINDER, NothingToDeliver, OrderRevised
from domain.inventory.reservation import Reservation, ReservationState
from domain.inventory.stock import StockItem
from domain.notifications.delivery import Delivery
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.cart import Cart, CartState
from domain.ordering.checkout import Checkout
from domain.ordering.goods_return import Return, ReturnState
from domain.ordering.order import Order
from domain.payments.payment import Payment, PaymentState
from tests.simulator.memory.provider import Entry
from tests.simulator.memory.shelves import Written
from tests.simulator.merchant import CHOSEN, target
from tests.simulator.post import Effect, Heard
from tests.simulator.witness import Moved
from tests.simulator.world import World

HELD = PaymentState.AUTHORISED


def wrong(world: World, stocked: int) -> list[str]:
    """All that is not as it should be."""
    rules = (_stuck, _stock, _orders, _carts, _returns, _money, _effects, _told, _owners)
    found = [text for rule in rules for text in rule(world)]
    return found + list(_stock_adds_up(world, stocked))


def stuck(world: World) -> list[str]:
    """What has not come to its end (yet)."""
    return list(_stuck(world))


def _stuck(world: World) -> Iterator[str]:
    ordering, payments = world.stores["ordering"], world.stores["payments"]
    for attempt in ordering.all(Attempt):
        if not attempt.is_over:
            yield f"attempt {attempt.attempt_id} is {attempt.state}"
    for order in ordering.all(Order):
        for adjustment in order.adjustments:
            if adjustment.status == "pending":
                yield f"{adjustment.adjustment_id} is pending"
    for goods_return in ordering.all(Return):
        if goods_return.state in (ReturnState.APPROVED, ReturnState.REFUNDING):
            yield f"{goods_return.name} is {goods_return.state}"
    for payment in payments.all(Payment):
        if payment.is_moving or payment.state == PaymentState.PENDING:
            yield f"payment {payment.attempt_id} is moving"
    for delivery in world.stores["notifications"].all(Delivery):
        if not delivery.is_delivered:
            yield f"delivery {delivery.delivery_id} is {delivery.state}: {delivery.error}"
    for name, store in world.stores.items():
        for heard in store.all(Heard):
            if heard.state != "done":
                event = type(heard.told.event).name
                yield f"{event} is {heard.state} for {heard.consumer}: {heard.error}"
        if waiting := world.relays[name].waiting:
            yield f"{len(waiting)} events of {name} are not sent"


def _stock(world: World) -> Iterator[str]:
    shelves = world.stores["inventory"]
    promised: Counter[str] = Counter()
    for one in shelves.all(Reservation):
        if one.state == ReservationState.HELD:
            yield f"stock is held for attempt {one.attempt_id}, which is over"
        if one.state == ReservationState.ALLOCATED:
            promised.update({p.sku: p.units for p in one.portions_left})
    for item in shelves.all(StockItem):
        if (item.units_held, item.units_allocated) != (0, promised[item.sku]):
            yield f"{item} is to have {promised[item.sku]} allocated and none held"


def _stock_adds_up(world: World, stocked: int) -> Iterator[str]:
    moved = sum(one.movement.units for one in world.stores["inventory"].all(Written))
    for item in world.stores["inventory"].all(StockItem):
        if item.units_on_hand != moved or item.units_on_hand < 0:
            yield f"{item.units_on_hand} units lie there, and {moved} by their history"
        sent = sum(
            portion.units
            for one in world.stores["inventory"].all(Reservation)
            for parcel in one.parcels
            for portion in parcel.portions
        )
        back = sum(
            -adjustment.lines[0].units if adjustment.lines else 0
            for order in world.stores["ordering"].all(Order)
            for adjustment in order.adjustments
            if adjustment.kind == "return"
        )
        if item.units_on_hand != stocked - sent + back:
            yield f"{item.units_on_hand} of {stocked} lie there: {sent} left, {back} came back"


def _orders(world: World) -> Iterator[str]:
    ordering = world.stores["ordering"]
    orders = {order.attempt_id: order for order in ordering.all(Order)}
    if twice := len(orders) - len({order.checkout_id for order in orders.values()}):
        yield f"{twice} checkouts have two orders"
    for attempt in ordering.all(Attempt):
        is_placed = attempt.state == AttemptState.COMPLETED
        if is_placed != (attempt.attempt_id in orders):
            yield f"attempt {attempt.attempt_id} is {attempt.state}, and so is not its order"
    for checkout in ordering.all(Checkout):
        found = [o.order_id for o in orders.values() if o.checkout_id == checkout.checkout_id]
        if found != ([checkout.order_id] if checkout.order_id else []):
            yield f"checkout {checkout.checkout_id} says {checkout.order_id}, there is {found}"


def _carts(world: World) -> Iterator[str]:
    ordering = world.stores["ordering"]
    of = {one.checkout_id: one.content.cart_id for one in ordering.all(Checkout)}
    bought = Counter(of[order.checkout_id] for order in ordering.all(Order))
    for cart in ordering.all(Cart):
        if cart.checkout_id and of[cart.checkout_id] != cart.cart_id:
            yield f"cart {cart.cart_id} became {cart.checkout_id}, which is of another"
        if (bought[cart.cart_id] == 1) != (cart.state == CartState.BOUGHT):
            yield f"cart {cart.cart_id} is {cart.state}, and was bought {bought[cart.cart_id]} times"


def _returns(world: World) -> Iterator[str]:
    ordering = world.stores["ordering"]
    for order in ordering.all(Order):
        awaited = sum(
            line.units
            for one in ordering.all(Return)
            if one.order_id == order.order_id and one.state == ReturnState.REQUESTED
            for line in one.lines
        )
        if (counted := sum(line.units_returning for line in order.lines)) != awaited:
            yield f"{counted} units of order {order.order_id} are to come back, {awaited} awaited"
    reminded = Counter(
        told.aggregate_id
        for told in ordering.outbox
        if isinstance(told.event, OrderRevised) and told.event.occasion == RETURN_REMINDER
    )
    for order_id, times in reminded.items():
        if times > 1:
            yield f"the buyer of order {order_id} was reminded {times} times of one return"


def _money(world: World) -> Iterator[str]:
    orders = {order.attempt_id: order for order in world.stores["ordering"].all(Order)}
    payments = {one.attempt_id: one for one in world.stores["payments"].all(Payment)}
    for attempt_id, entry in world.provider.entries.items():
        payment = payments.get(attempt_id)
        if attempt_id not in orders and entry.said.state == HELD:
            yield f"the provider holds money for attempt {attempt_id}, which has no order"
        if payment and payment.is_begun:
            yield from _same_books(payment, entry)
        if len([one for one in entry.moved if one[0] == "capture"]) > 1:
            yield f"money was taken twice for attempt {attempt_id}"
    undelivered = {
        told.event.order_id
        for told in world.stores["ordering"].outbox
        if isinstance(told.event, NothingToDeliver)
    }
    for attempt_id, order in orders.items():
        if attempt_id not in payments:
            yield f"order {order.order_id} has no payment"
            continue
        is_over = order.order_id in undelivered
        yield from _paid(order, payments[attempt_id], is_over=is_over)


def _same_books(payment: Payment, entry: Entry) -> Iterator[str]:
    here = (payment.state == HELD, payment.captured, payment.refunded)
    there = (entry.said.state == HELD, entry.sum("capture"), entry.sum("refund"))
    if here != there:
        yield f"payment {payment.attempt_id} says {here}, the provider {there}"


def _paid(order: Order, payment: Payment, *, is_over: bool) -> Iterator[str]:
    """Who was sent everything has paid, less what went back; who cancelled has paid nothing."""
    captures = [one for one in payment.operations if one.kind == "capture"]
    if len(captures) > 1:
        yield f"money is taken {len(captures)} times for order {order.order_id}"
    kept = payment.captured - payment.refunded
    is_sent = is_over or all(line.units_fulfilled >= line.units_ordered for line in order.lines)
    if order.is_cancelled and kept:
        yield f"order {order.order_id} is cancelled, and {kept} was kept"
    if is_sent and not order.is_cancelled and kept != order.refundable.minor_units:
        yield f"order {order.order_id} was sent: {kept} was kept, {order.refundable} is due"
    if order.trouble:
        yield f"order {order.order_id} is in trouble: {order.trouble}"


def _effects(world: World) -> Iterator[str]:
    done: dict[tuple[object, str], int] = defaultdict(int)
    for store in world.stores.values():
        for effect in store.all(Effect):
            done[effect.event_id, effect.consumer] += 1
    for store in world.stores.values():
        for told in store.outbox:
            for inbox in world.inboxes.values():
                for consumer in inbox.consumers:
                    times = done[told.event_id, consumer.name]
                    if isinstance(told.event, consumer.event) and times != 1:
                        name = type(told.event).name
                        yield f"{name} had its effect on {consumer.name} {times} times"


def _told(world: World) -> Iterator[str]:
    """Each subscription was told of all that it chose, at least once and by one id each, and of one
    order in its order.
    """
    told = world.merchant.first()
    for number, events in enumerate(CHOSEN):
        mine = [one for one in told if one.target == target(number)]
        heard = Counter((one.order_id, one.sequence, one.occasion) for one in mine)
        said = Counter(
            (one.order.order_id, one.order.version + 1, words.event)
            for one in (row.event for row in world.stores["ordering"].outbox)
            if isinstance(one, OrderRevised)
            and (words := announcement(one))
            and words.event in events
        )
        if missing := said - heard:
            yield f"subscription {number} was never told of {sorted(e for *_, e in missing)}"
        if more := heard - said:
            yield f"subscription {number} was told too often of {sorted(e for *_, e in more)}"
        for order_id in {one.order_id for one in mine}:
            of_it = [one.sequence for one in mine if one.order_id == order_id]
            if of_it != sorted(of_it):
                yield f"subscription {number} was told of order {order_id} out of order"


def _owners(world: World) -> Iterator[str]:
    drivers: dict[tuple[object, int], set[int]] = defaultdict(set)
    for moved in world.stores["ordering"].all(Moved):
        drivers[moved.attempt_id, moved.epoch].add(moved.driver)
    for (attempt_id, epoch), found in drivers.items():
        if len(found) > 1:
            yield f"attempt {attempt_id} has {len(found)} owners in epoch {epoch}"
