"""Deliveries on a real database: in sequence, again until they are taken, and never lost."""

from asyncio import gather, sleep
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.notifications.redrive_delivery import RedriveDeliveryHandler
from app.notifications.send_due import MOST_TO_ONE, SendDue
from app.notifications.skip_delivery import SkipDeliveryHandler
from app.notifications.tell_of_order import TellOfOrder
from app.ordering.api.announcement import announcement
from app.ucp.order_webhook import order_webhook
from domain.contracts.notifications import (
    DeliveryStandsOtherwise,
    RedriveDelivery,
    SkipDelivery,
)
from domain.contracts.ordering import OrderDetails, OrderRevised
from domain.notifications.delivery import Delivery
from domain.notifications.ports import Begin, NotTaken
from domain.shared.ids import uuid7
from infrastructure.notifications.delivery_book import SqlDeliveryBook
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.posted import Posted
from tests.notifications.builders import NOW, TARGET, an_order, revised

AWAY = NotTaken("it answered 503")
GONE = NotTaken("it answered 410: gone", is_final=True)


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


class Receiver:
    """Takes what it is sent, unless it is told to say no."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.no: NotTaken | None = None
        self.no_to: UUID | None = None
        self.no_to_order: UUID | None = None
        self.waits = 0

    async def __call__(self, delivery: Delivery) -> None:
        self.heard.append(delivery)
        for _ in range(100 * self.waits):
            await sleep(0)
        self.waits = max(0, self.waits - 1)
        if self.no:
            raise self.no
        if self.no_to and self.no_to == delivery.subscription_id:
            raise AWAY
        if self.no_to_order and self.no_to_order == delivery.order_id:
            raise AWAY


class Teller:
    """Notifications without a process: what it begins is done when it is told to."""

    def __init__(self, begin: Begin) -> None:
        self.begin, self.time, self.receiver = begin, Time(), Receiver()
        self.begun: list[Coroutine[Any, Any, None]] = []
        self.hear = TellOfOrder((order_webhook,), announcement, self.time)
        carriers = dict.fromkeys(("webhook", "merchant"), self.receiver)
        self.due = SendDue(begin, carriers, self._spawn, again, self.time, lambda: 1.0)

    def _spawn(self, work: Coroutine[Any, Any, None], /, *, seconds: float) -> None:
        assert seconds < 30
        self.begun.append(work)

    async def tell(self, order: OrderDetails, occasion: str = "placed", **shown: Any) -> None:
        async with self.begin() as book:
            await self.hear(book, revised(order, occasion, **shown))

    async def send(self) -> list[str]:
        """Once through; what was sent, by what it was of."""
        before = len(self.receiver.heard)
        await self.due()
        while self.begun:
            await self.begun.pop()
        return [one.occasion for one in self.receiver.heard[before:]]

    async def found(self, order: OrderDetails) -> list[Delivery]:
        """In their sequence."""
        async with self.begin() as book:
            found = await book.page(None, order.order_id, None, most=10)
        return sorted(found, key=lambda one: one.sequence)


@pytest.fixture
def teller(engine: AsyncEngine) -> Teller:
    return Teller(partial(transaction, engine, SqlDeliveryBook))


async def states(teller: Teller, order: OrderDetails) -> list[str]:
    return [str(one.state) for one in await teller.found(order)]


@pytest.mark.ucp("WHK-7", "WHK-8")
async def test_what_is_not_taken_is_sent_again_as_it_was_until_it_is(teller: Teller) -> None:
    await teller.tell(order := an_order())
    teller.receiver.no = AWAY
    pauses = []
    for _ in range(3):
        await teller.send()
        (waiting,) = await teller.found(order)
        assert (waiting.error, waiting.claim) == (str(AWAY), None)
        pauses.append((waiting.next_try_at or NOW) - teller.time.now)
        assert await teller.send() == []
        teller.time.now = waiting.next_try_at or NOW

    teller.receiver.no = None
    assert await teller.send() == ["placed"]

    assert await states(teller, order) == ["delivered"]
    assert pauses == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    sent = teller.receiver.heard
    assert len({(one.delivery_id, one.body, one.happened_at) for one in sent}) == 1
    assert await teller.send() == []


@pytest.mark.ucp("WHK-5")
async def test_what_is_heard_of_late_is_told_as_of_when_it_happened(teller: Teller) -> None:
    order = an_order()
    placed = replace(revised(order), happened_at=NOW - timedelta(hours=1))

    async with teller.begin() as book:
        await teller.hear(book, placed)
    await teller.send()

    assert [one.happened_at for one in teller.receiver.heard] == [NOW - timedelta(hours=1)]


@pytest.mark.ucp("WHK-5")
def test_whoever_brings_a_change_says_when_it_was() -> None:
    itself = revised()
    posted = Posted(
        id=uuid7(NOW),
        name=itself.name,
        aggregate_id="ord_1",
        sequence=1,
        occurred_at=NOW - timedelta(hours=1),
        actor="system",
        traceparent="",
        body=adapter(OrderRevised).dump_json(itself).decode(),
    )

    far = Posted.from_cloud_event(posted.as_cloud_event())

    told = replace(itself, happened_at=NOW - timedelta(hours=1))
    assert (posted.opened(), far.opened()) == (told, told)


@pytest.mark.ucp("WHK-10")
async def test_those_of_one_order_are_sent_in_sequence_and_one_at_a_time(teller: Teller) -> None:
    order, other = an_order(), an_order()
    for version, occasion in ((2, "delivered"), (0, "placed"), (1, "shipped")):
        await teller.tell(replace(order, version=version), occasion)
    teller.receiver.no = AWAY
    assert await teller.send() == ["placed"]
    await teller.tell(other, "cancelled")
    teller.receiver.no = None

    assert await teller.send() == ["cancelled"]
    teller.time.passes(seconds=5)
    assert [await teller.send() for _ in range(4)] == [["placed"], ["shipped"], ["delivered"], []]


@pytest.mark.ucp("WHK-7")
async def test_what_nobody_takes_for_72_hours_is_dead_until_it_is_redriven(teller: Teller) -> None:
    await teller.tell(order := an_order())
    await teller.tell(replace(order, version=1), "shipped")
    teller.receiver.no = AWAY
    tries = 0
    while (await states(teller, order))[0] == "pending":
        teller.time.passes(hours=1)
        tries += len(await teller.send())
    dead, waiting = await teller.found(order)

    assert (dead.state, waiting.state) == ("dead", "pending")
    assert 71 <= tries <= 73
    redrive = RedriveDeliveryHandler(teller.begin, teller.time)
    message = RedriveDelivery(delivery_id=dead.delivery_id)
    teller.receiver.no = None
    first, second = await redrive(message), await redrive(message)
    assert (first.state, first.attempts) == (second.state, second.attempts) == ("pending", 0)
    teller.time.passes(seconds=64)
    assert [await teller.send() for _ in range(2)] == [["placed"], ["shipped"]]
    with pytest.raises(DeliveryStandsOtherwise):
        await redrive(message)


@pytest.mark.ucp("WHK-7")
async def test_whoever_is_gone_is_told_nothing_more_until_somebody_decides(teller: Teller) -> None:
    await teller.tell(order := an_order())
    await teller.tell(replace(order, version=1), "shipped")
    teller.receiver.no = GONE
    await teller.send()
    teller.receiver.no = None
    await teller.tell(replace(order, version=2), "delivered")
    teller.time.passes(hours=1)

    assert await teller.send() == []
    assert await states(teller, order) == ["stopped"] * 3

    (_, _, last) = await teller.found(order)
    redrive = RedriveDeliveryHandler(teller.begin, teller.time)
    await redrive(RedriveDelivery(delivery_id=last.delivery_id))
    await teller.tell(replace(order, version=3), "returned")
    assert [await teller.send() for _ in range(2)] == [["delivered"], ["returned"]]


async def test_what_is_skipped_lets_the_next_pass(teller: Teller) -> None:
    await teller.tell(order := an_order())
    await teller.tell(replace(order, version=1), "shipped")
    teller.receiver.no = AWAY
    await teller.send()
    teller.receiver.no = None
    (first, _) = await teller.found(order)

    skip = SkipDeliveryHandler(teller.begin, teller.time)
    assert (await skip(SkipDelivery(delivery_id=first.delivery_id))).state == "skipped"

    teller.time.passes(seconds=3)
    assert await teller.send() == ["shipped"]


async def test_of_two_that_send_one_has_it_and_the_late_one_changes_nothing(teller: Teller) -> None:
    await teller.tell(order := an_order())
    slow = Teller(teller.begin)
    await slow.due()
    assert await teller.send() == []
    slow.receiver.no = AWAY

    teller.time.passes(seconds=31)
    assert await teller.send() == ["placed"]
    while slow.begun:
        await slow.begun.pop()

    (only,) = await teller.found(order)
    assert (only.state, only.attempts, only.error) == ("delivered", 2, "")


async def test_what_ends_while_another_is_under_way_is_written_down_and_so_is_the_other(
    teller: Teller,
) -> None:
    orders = [an_order() for _ in range(2)]
    for order in orders:
        await teller.tell(order)
    teller.receiver.waits = 2

    await teller.due()
    await gather(*teller.begun)

    assert [await states(teller, order) for order in orders] == [["delivered"]] * 2


async def test_one_that_hangs_holds_up_nobody_else(teller: Teller) -> None:
    for _ in range(20):
        await teller.tell(replace(an_order(), client="slow"), "placed")
    await teller.due()
    stuck = len(teller.begun)
    await teller.tell(order := an_order())

    await teller.due()

    assert stuck == 4
    assert len(teller.begun) == stuck + 1
    for one in teller.begun:
        one.close()
    (claimed,) = await teller.found(order)
    assert isinstance(claimed.claim, UUID)


async def test_four_that_hang_hold_up_nobody_else(teller: Teller) -> None:
    for client in "abcd":
        for _ in range(17):
            await teller.tell(replace(an_order(), client=client))
    await teller.due()
    await teller.tell(order := an_order())

    await teller.due()

    stuck = len(teller.begun) - 1
    for one in teller.begun:
        one.close()
    (claimed,) = await teller.found(order)
    assert (stuck, isinstance(claimed.claim, UUID)) == (4 * MOST_TO_ONE, True)


async def test_whoever_goes_on_failing_is_asked_ever_more_rarely(teller: Teller) -> None:
    teller.receiver.no = AWAY

    async def fails_and_rests(seconds: int) -> bool:
        await teller.tell(replace(an_order(), client="slow"))
        sent = await teller.send()
        teller.time.passes(seconds=seconds - 1)
        is_silent = not await teller.send()
        teller.time.passes(seconds=1)
        return bool(sent) and is_silent

    assert all([await fails_and_rests(seconds) for seconds in (2, 4, 8, 16, 32, 64, 64)])
    teller.receiver.no = None
    assert await teller.send()
    teller.receiver.no = AWAY
    assert await fails_and_rests(2)


async def test_nobody_is_told_who_did_not_say_where(teller: Teller) -> None:
    await teller.tell(order := an_order(), webhook_url=None)
    await teller.tell(order, capabilities={"dev.ucp.shopping.checkout": "2026-04-08"})

    assert await teller.found(order) == []
    await teller.tell(order)
    (only,) = await teller.found(order)
    assert only.target == TARGET
