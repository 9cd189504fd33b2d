"""What is old and done with goes, and nothing else does, whenever it is interrupted."""

from asyncio import Event, create_task, timeout
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ucp.order_webhook import order_webhook
from domain.contracts.inventory import Line
from domain.contracts.ordering import Answer
from domain.inventory.reservation import Reservation
from domain.notifications.delivery import Delivery, DeliveryState
from domain.ordering.attempt import AttemptState
from domain.ordering.cart import LIFETIME, Cart
from domain.ordering.checkout import Checkout, CheckoutStatus
from domain.shared.ids import uuid7
from domain.shared.values import AttemptId, CartId, CheckoutId, OrderId, Quantity
from infrastructure.inventory import tables as inventory
from infrastructure.inventory.shelves import SqlShelves
from infrastructure.notifications.tables import deliveries
from infrastructure.ordering import tables as ordering
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.routines.purge import BATCH
from tests.engines import only
from tests.growth.purging import a_claim, count, given, purges
from tests.notifications.builders import revised
from tests.ordering.builders import ROSES, a_content, an_attempt

OLD, YOUNG = timedelta(days=100), timedelta(hours=1)
BOTH = pytest.mark.parametrize(("age", "is_left"), [(OLD, 0), (YOUNG, 1)])


async def purged(engine: AsyncEngine) -> None:
    for purge in purges(engine):
        await purge()


def an_event(at: datetime, **changes: object) -> dict[str, object]:
    event = {
        "name": "inventory.stock_reserved.v1",
        "aggregate_id": uuid4().hex,
        "sequence": 1,
        "occurred_at": at,
        "actor": "",
        "traceparent": "",
        "body": "{}",
    }
    return {**event, **changes}


def received(at: datetime, state: str) -> dict[str, object]:
    told = {"event_id": uuid7(at), "consumer": "inventory.a", "attempts": 0, "error": ""}
    return an_event(at, state=state, **told)


def sent(at: datetime, sent_at: datetime | None) -> dict[str, object]:
    return an_event(at, id=uuid7(at), sent_at=sent_at)


@BOTH
async def test_events_that_every_listener_has_are_kept_a_while(
    engine: AsyncEngine, age: timedelta, is_left: int
) -> None:
    at = utc_now() - age
    await given(engine, inventory.outbox, sent(at, at))

    await purged(engine)

    assert await count(engine, inventory.outbox) == is_left


@BOTH
@pytest.mark.parametrize("state", ["done", "skipped"])
async def test_events_that_are_settled_are_kept_a_while(
    engine: AsyncEngine, state: str, age: timedelta, is_left: int
) -> None:
    await given(engine, inventory.inbox, received(utc_now() - age, state))

    await purged(engine)

    assert await count(engine, inventory.inbox) == is_left


@pytest.mark.parametrize(
    ("state", "is_left"),
    [("delivered", 0), ("stopped", 0), ("skipped", 0), ("dead", 1), ("pending", 1)],
)
async def test_what_was_told_is_kept_a_while_and_what_was_not_until_somebody_decides(
    engine: AsyncEngine, state: str, is_left: int
) -> None:
    at, told = utc_now() - OLD, revised()
    dispatch = order_webhook(told)
    assert dispatch
    old = replace(Delivery.of(told, dispatch, None, at), state=DeliveryState(state), ended_at=at)
    young = replace(Delivery.of(told, dispatch, None, at), ended_at=utc_now())
    await given(engine, deliveries, vars(old), vars(replace(young, state=old.state)))

    await purged(engine)

    assert await count(engine, deliveries) == is_left + 1


async def test_events_that_still_wait_are_kept_for_ever(engine: AsyncEngine) -> None:
    at = utc_now() - OLD
    await given(engine, inventory.outbox, sent(at, None))
    await given(engine, inventory.inbox, received(at, "pending"), received(at, "dead"))

    await purged(engine)

    assert await count(engine, inventory.outbox) == 1
    assert await count(engine, inventory.inbox) == 2


def a_checkout(created: datetime) -> Checkout:
    name = CheckoutId(uuid7(created))
    return Checkout.opened(name, "platform:a", a_content(), created)


async def completed(engine: AsyncEngine, created: datetime, state: AttemptState) -> None:
    """A checkout, and what its attempt came to."""
    checkout = a_checkout(created)
    attempt = an_attempt(checkout, attempt_id=AttemptId(uuid7(created)), started_at=created)
    checkout.begin(attempt, created)
    async with transaction(engine, SqlOrderBook) as book:
        await book.save_checkout(checkout)
        await book.add_attempt(attempt)
        if state == AttemptState.COMPLETED:
            attempt.complete(Answer(code=200, body="{}"))
            checkout.complete(OrderId(uuid4()))
        elif state != AttemptState.RUNNING:
            attempt.undo(())
        if state == AttemptState.FAILED:
            attempt.fail(None)
            checkout.reopen(())
        await book.save_checkout(checkout)
        await book.move_attempt(attempt, was=AttemptState.RUNNING)


@pytest.mark.parametrize(
    ("state", "attempts_left", "checkouts_left"),
    [
        (AttemptState.COMPLETED, 0, 1),  # it belongs to its order
        (AttemptState.FAILED, 0, 0),
        (AttemptState.RUNNING, 1, 1),
        (AttemptState.UNDOING, 1, 1),
    ],
)
async def test_attempts_go_once_they_are_over(
    engine: AsyncEngine, state: AttemptState, attempts_left: int, checkouts_left: int
) -> None:
    await completed(engine, utc_now() - OLD, state)

    await purged(engine)

    assert await count(engine, ordering.attempts) == attempts_left
    assert await count(engine, ordering.checkouts) == checkouts_left


@pytest.mark.parametrize("status", [CheckoutStatus.READY, CheckoutStatus.CANCELED])
@BOTH
async def test_checkouts_that_came_to_nothing_go(
    engine: AsyncEngine, status: CheckoutStatus, age: timedelta, is_left: int
) -> None:
    checkout = a_checkout(utc_now() - age)
    checkout.status = status
    async with transaction(engine, SqlOrderBook) as book:
        await book.save_checkout(checkout)

    await purged(engine)

    assert await count(engine, ordering.checkouts) == is_left


@BOTH
@pytest.mark.ucp("CAR-6")
async def test_carts_go_once_their_time_is_up(
    engine: AsyncEngine, age: timedelta, is_left: int
) -> None:
    opened = utc_now() - age
    async with transaction(engine, SqlOrderBook) as book:
        await book.save_cart(Cart.opened(CartId(uuid7(opened)), "platform:a", a_content(), opened))

    await purged(engine)

    assert await count(engine, ordering.carts) == is_left


@only("postgresql", "mariadb")  # SQLite has one writer: nothing is between looking and deleting
async def test_a_cart_that_is_touched_while_it_is_to_be_deleted_is_kept(
    engine: AsyncEngine,
) -> None:
    opened = utc_now() - LIFETIME - timedelta(seconds=1)
    is_touched, is_found = Event(), Event()
    carts = [
        Cart.opened(CartId(uuid7(opened)), "platform:a", a_content(), opened) for _ in range(2)
    ]
    async with transaction(engine, SqlOrderBook) as book:
        for cart in carts:
            await book.save_cart(cart)

    def hear(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("DELETE") and "FROM ordering_carts" in statement:
            is_found.set()

    async def purge() -> None:
        await is_touched.wait()
        await purged(engine)

    listen(engine.sync_engine, "before_cursor_execute", hear)
    purging = create_task(purge())
    async with timeout(60), transaction(engine, SqlOrderBook) as book:
        touched = await book.cart(carts[0].cart_id)
        touched.revise(touched.content, touched.expires_at - timedelta(microseconds=1))
        await book.save_cart(touched)
        is_touched.set()
        await is_found.wait()
    await purging
    remove(engine.sync_engine, "before_cursor_execute", hear)

    async with transaction(engine, SqlOrderBook) as book:
        assert await book.cart(touched.cart_id) == touched
    assert await count(engine, ordering.carts) == 1


@BOTH
async def test_claims_go_when_nobody_repeats_their_request_any_more(
    engine: AsyncEngine, age: timedelta, is_left: int
) -> None:
    await given(engine, ordering.claims, a_claim(1, utc_now() - age))

    await purged(engine)

    assert await count(engine, ordering.claims) == is_left


async def reserved(engine: AsyncEngine, at: datetime, *, is_released: bool) -> None:
    reservation = Reservation.made(AttemptId(uuid7(at)), [Line(sku=ROSES, quantity=Quantity(1))])
    if is_released:
        reservation.release()
    async with transaction(engine, SqlShelves) as shelves:
        await shelves.add(reservation)


async def test_tombstones_go_and_what_is_promised_stays(engine: AsyncEngine) -> None:
    await reserved(engine, utc_now() - OLD, is_released=True)
    await reserved(engine, utc_now() - OLD, is_released=False)
    await reserved(engine, utc_now() - YOUNG, is_released=True)

    await purged(engine)

    assert await count(engine, inventory.reservations) == 2
    assert await count(engine, inventory.lines) == 2


async def test_more_than_one_batch_goes_in_batches(engine: AsyncEngine) -> None:
    rows = [a_claim(number, utc_now() - OLD) for number in range(BATCH * 2 + 1)]
    await given(engine, ordering.claims, *rows)
    batches: list[int] = []

    for purge in purges(engine):
        await purge(batches.append)

    assert batches == [BATCH, BATCH, 1]
    assert await count(engine, ordering.claims) == 0


class Broken(Exception): ...


async def test_what_breaks_off_is_finished_by_doing_it_again(engine: AsyncEngine) -> None:
    rows = [a_claim(number, utc_now() - OLD) for number in range(BATCH + 1)]
    await given(engine, ordering.claims, *rows)

    def break_off(_removed: int) -> None:
        raise Broken

    for purge in purges(engine):
        with suppress(Broken):
            await purge(break_off)
    left = await count(engine, ordering.claims)
    await purged(engine)

    assert left == 1
    assert await count(engine, ordering.claims) == 0


async def test_what_is_old_is_counted_before_it_goes(engine: AsyncEngine) -> None:
    await given(engine, ordering.claims, a_claim(1, utc_now() - OLD), a_claim(2, utc_now()))

    counts = [await purge.count() for purge in purges(engine)]

    assert {name: n for told in counts for name, n in told.items() if n} == {"ordering_claims": 1}
