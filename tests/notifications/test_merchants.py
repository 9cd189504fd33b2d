"""Subscriptions of merchants on a real database: each in its order, and disabled once it is of no use."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.notifications.create_subscription import CreateSubscriptionHandler
from app.notifications.delete_subscription import DeleteSubscriptionHandler
from app.notifications.redrive_delivery import RedriveDeliveryHandler
from app.notifications.replay_subscription import ReplaySubscriptionHandler
from app.notifications.rotate_secret import RotateSecretHandler
from app.notifications.skip_delivery import SkipDeliveryHandler
from app.notifications.update_subscription import UpdateSubscriptionHandler
from domain.contracts.notifications import (
    CreateSubscription,
    DeleteSubscription,
    RedriveDelivery,
    ReplaySubscription,
    RotateSecret,
    SkipDelivery,
    SubscriptionId,
    SubscriptionIsDisabled,
    SubscriptionWithSecret,
    TooManySubscriptions,
    UnfitSubscription,
    UpdateSubscription,
)
from domain.contracts.ordering import PAYMENT_LAPSING, RETURN_REMINDER, OrderDetails
from domain.notifications.delivery import DISABLED, TRIED_FOR, Delivery
from domain.notifications.merchant_subscription import MerchantSubscription
from domain.notifications.ports import NotTaken
from infrastructure.notifications.audience import Audience
from infrastructure.notifications.delivery_book import SqlDeliveryBook
from infrastructure.notifications.tables import merchants, outbox
from infrastructure.shared.database.engines import transaction
from tests.notifications.builders import NOW, an_order, revised
from tests.notifications.test_sending import AWAY, GONE, Teller

HOOK, MOVED = "https://erp.example/hooks", "https://erp.example/moved"
ALL = ("order.placed", "order.shipped", "order.delivered")


class Plain:
    """Seals nothing, so that a test sees what is sealed."""

    def make(self) -> str:
        return uuid4().hex

    def seal(self, secret: str, of: SubscriptionId) -> str:
        return f"{of}:{secret}"

    def open(self, sealed: str, of: SubscriptionId) -> str:
        return sealed.removeprefix(f"{of}:")


class Shop(Teller):
    """A teller whose merchants subscribe. Its platforms are told of nothing."""

    async def subscribed(self, *events: str, target: str = HOOK) -> SubscriptionWithSecret:
        create = CreateSubscriptionHandler(self.begin, Plain(), lambda _: None, self.time)
        wish = CreateSubscription(key=uuid4().hex, target=target, events=events or ALL)
        return await create(wish)

    async def happens(self, order: OrderDetails, *occasions: str) -> OrderDetails:
        for occasion in occasions:
            await self.tell(order, occasion, webhook_url=None)
            order = replace(order, version=order.version + 1)
        return order

    async def changed(self, made: SubscriptionWithSecret, *, target: str = HOOK) -> None:
        """By staff, who has it enabled."""
        update = UpdateSubscriptionHandler(self.begin, lambda _: None, self.time)
        of = made.details.subscription_id
        await update(UpdateSubscription(subscription_id=of, target=target, events=ALL))

    async def fails(self, *, hours: int) -> None:
        for _ in range(hours):
            await self.send()
            self.time.passes(hours=1)

    async def stands(self, made: SubscriptionWithSecret) -> MerchantSubscription:
        async with self.begin() as book:
            return await book.merchants.get(made.details.subscription_id)

    async def log(self, made: SubscriptionWithSecret) -> list[Delivery]:
        """The oldest first."""
        async with self.begin() as book:
            of = made.details.subscription_id
            return (await book.page(None, None, None, most=100, subscription_id=of))[::-1]

    async def states(self, made: SubscriptionWithSecret) -> list[str]:
        return [str(one.state) for one in await self.log(made)]


@pytest.fixture
async def shop(engine: AsyncEngine) -> AsyncIterator[Shop]:
    shop = Shop(partial(transaction, engine, SqlDeliveryBook))
    async with transaction(engine, lambda one: one) as connection:
        await connection.execute(merchants.delete())
    yield shop
    async with transaction(engine, lambda one: one) as connection:
        await connection.execute(merchants.delete())


async def test_each_is_told_of_what_it_chose_in_its_order_and_waits_for_no_other(
    shop: Shop,
) -> None:
    slow, fast = await shop.subscribed(), await shop.subscribed("order.placed", "order.delivered")
    await shop.happens(an_order(), "placed", "shipped", "delivered")
    slow_only = slow.details.subscription_id
    shop.receiver.no_to = slow_only

    assert sorted(await shop.send()) == ["order.placed", "order.placed"]
    assert await shop.send() == ["order.delivered"]
    assert await shop.states(fast) == ["delivered"] * 2
    assert await shop.states(slow) == ["pending"] * 3

    shop.receiver.no_to = None
    shop.time.passes(seconds=3)
    assert [await shop.send() for _ in range(4)] == [[name] for name in ALL] + [[]]


async def test_a_reminder_is_no_update_for_nothing_changed(shop: Shop) -> None:
    made = await shop.subscribed("order.updated")

    await shop.happens(an_order(), RETURN_REMINDER, "blessed")

    assert [one.sequence for one in await shop.log(made)] == [2]


async def test_a_merchant_is_told_until_when_money_is_held_and_its_platform_is_not(
    shop: Shop,
) -> None:
    made = await shop.subscribed("order.payment_lapsing", "order.updated")
    lapsing = replace(revised(occasion=PAYMENT_LAPSING), until=NOW + timedelta(days=2))

    async with shop.begin() as book:
        await shop.hear(book, lapsing)

    assert await shop.send() == ["order.payment_lapsing"]
    (one,) = await shop.log(made)
    assert json.loads(one.body)["data"]["payment_held_until"] == "2026-04-10T12:00:00Z"


async def test_what_is_heard_of_late_is_told_as_of_when_it_happened(shop: Shop) -> None:
    await shop.subscribed()
    placed = replace(revised(webhook_url=None), happened_at=NOW - timedelta(hours=1))

    async with shop.begin() as book:
        await shop.hear(book, placed)
    await shop.send()

    (told,) = shop.receiver.heard
    assert told.happened_at == NOW - timedelta(hours=1)
    assert json.loads(told.body)["timestamp"] == "2026-04-08T11:00:00Z"
    assert told.give_up_at == NOW + TRIED_FOR


async def test_whoever_is_gone_is_disabled_and_that_is_an_event(
    shop: Shop, engine: AsyncEngine
) -> None:
    made = await shop.subscribed()
    order = await shop.happens(an_order(), "placed", "shipped")
    shop.receiver.no = GONE
    await shop.send()
    shop.receiver.no = None
    await shop.happens(order, "delivered")
    shop.time.passes(hours=1)

    assert await shop.send() == []
    assert await shop.states(made) == ["stopped"] * 3
    stands = await shop.stands(made)
    assert (stands.is_enabled, stands.reason) == (False, str(GONE))
    name = str(made.details.subscription_id)
    async with transaction(engine, lambda one: one) as connection:
        told = select(outbox.c.name).where(outbox.c.aggregate_id == name)
        assert list((await connection.execute(told)).scalars()) == [
            "notifications.subscription_disabled.v1"
        ]


async def test_whoever_takes_nothing_for_three_days_is_disabled(shop: Shop) -> None:
    made = await shop.subscribed()
    shop.receiver.no = AWAY
    for _ in range(7):
        await shop.happens(an_order(), "placed")
        await shop.fails(hours=11)
    stands = await shop.stands(made)

    assert (stands.is_enabled, "72 hours" in stands.reason) == (False, True)
    assert set(await shop.states(made)) <= {"stopped", "dead"}


async def test_whoever_lets_the_only_one_die_is_disabled(shop: Shop) -> None:
    made = await shop.subscribed()
    await shop.happens(an_order(), "placed")
    shop.receiver.no = AWAY
    shop.time.passes(minutes=30)  # as its last pause would end later than it is tried

    await shop.fails(hours=73)

    stands = await shop.stands(made)
    assert (stands.is_enabled, "72 hours" in stands.reason) == (False, True)
    assert await shop.states(made) == ["dead"]


async def test_who_once_failed_is_not_disabled_by_one_more_failure_a_week_later(
    shop: Shop,
) -> None:
    made = await shop.subscribed()
    await shop.happens(an_order(), "placed")
    shop.receiver.no = AWAY
    await shop.send()
    (failing,) = await shop.log(made)
    skip = SkipDeliveryHandler(shop.begin, shop.time)
    await skip(SkipDelivery(delivery_id=failing.delivery_id))
    shop.time.passes(days=7)
    await shop.happens(an_order(), "placed")

    await shop.send()

    assert (await shop.stands(made)).is_enabled
    assert await shop.states(made) == ["skipped", "pending"]


async def test_whoever_took_something_while_another_died_is_not(shop: Shop) -> None:
    made = await shop.subscribed()
    await shop.happens(an_order(), "placed")
    shop.receiver.no = AWAY
    await shop.fails(hours=50)
    await shop.happens(an_order(), "placed")
    shop.receiver.no_to_order, shop.receiver.no = (await shop.log(made))[0].order_id, None
    await shop.send()
    shop.receiver.no = AWAY

    await shop.fails(hours=23)

    stands = await shop.stands(made)
    assert (stands.is_enabled, bool(stands.failing_since)) == (True, True)
    assert await shop.states(made) == ["dead", "delivered"]


async def test_what_was_missed_is_sent_again_in_its_order_under_the_same_ids(shop: Shop) -> None:
    made = await shop.subscribed()
    early = await shop.happens(an_order(), "placed")
    await shop.send()
    shop.time.passes(hours=1)
    since = shop.time.now
    await shop.happens(early, "shipped", "delivered")
    assert [await shop.send() for _ in range(2)] == [["order.shipped"], ["order.delivered"]]
    before = [one.delivery_id for one in await shop.log(made)]
    replay = ReplaySubscriptionHandler(shop.begin, shop.time)
    message = ReplaySubscription(subscription_id=made.details.subscription_id, since=since)

    replayed = await replay(message)

    assert (replayed.deliveries, replayed.continues_at) == (2, None)
    assert (await replay(message)).deliveries == 0
    assert [await shop.send() for _ in range(2)] == [["order.shipped"], ["order.delivered"]]
    assert [one.delivery_id for one in await shop.log(made)] == before
    with pytest.raises(UnfitSubscription):
        await replay(replace(message, since=shop.time.now + timedelta(seconds=1)))


async def test_what_is_too_much_at_once_goes_on_from_where_it_ended(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("AT_ONCE", "MOST"):
        monkeypatch.setattr(f"app.notifications.replay_subscription.{bound}", 2)
    made = await shop.subscribed()
    for _ in range(3):
        await shop.happens(an_order(), "placed")
        shop.time.passes(minutes=1)
    await shop.send()
    replay = ReplaySubscriptionHandler(shop.begin, shop.time)
    name, since = made.details.subscription_id, made.details.created_at

    first = await replay(ReplaySubscription(subscription_id=name, since=since))
    assert first.continues_at == since + timedelta(minutes=1)
    rest = await replay(ReplaySubscription(subscription_id=name, since=first.continues_at))

    assert (first.deliveries, rest.deliveries, rest.continues_at) == (2, 1, None)
    assert await shop.states(made) == ["pending"] * 3


async def test_who_is_enabled_again_is_not_disabled_by_what_was_under_way(shop: Shop) -> None:
    made = await shop.subscribed()
    await shop.happens(an_order(), "placed")
    shop.receiver.no = NotTaken(DISABLED, is_final=True)  # as the carrier says that saw it so

    await shop.send()

    assert (await shop.stands(made)).is_enabled
    assert await shop.states(made) == ["stopped"]


async def test_who_was_enabled_meanwhile_is_not_disabled_by_an_answer_to_what_was_given_up(
    shop: Shop,
) -> None:
    made = await shop.subscribed()
    for _ in range(2):
        await shop.happens(an_order(), "placed")
    shop.receiver.no = GONE
    await shop.due()
    first, second = shop.begun
    await first
    assert not (await shop.stands(made)).is_enabled

    await shop.changed(made)
    await second

    assert (await shop.stands(made)).is_enabled
    assert await shop.states(made) == ["stopped"] * 2


async def test_who_moved_is_not_disabled_for_being_gone_from_where_it_was(shop: Shop) -> None:
    made = await shop.subscribed()
    order = await shop.happens(an_order(), "placed")
    await shop.due()
    shop.receiver.no = NotTaken(str(GONE), is_final=True, at=HOOK)

    await shop.changed(made, target=MOVED)
    await shop.begun.pop()

    assert (await shop.stands(made)).is_enabled
    shop.receiver.no = NotTaken(str(GONE), is_final=True, at=MOVED)
    await shop.happens(order, "shipped")
    shop.time.passes(seconds=3)
    await shop.send()
    assert not (await shop.stands(made)).is_enabled


async def test_nothing_is_replayed_to_who_is_disabled_until_something_is_redriven(
    shop: Shop,
) -> None:
    made = await shop.subscribed()
    order = await shop.happens(an_order(), "placed")
    shop.receiver.no = GONE
    await shop.send()
    shop.receiver.no = None
    replay = ReplaySubscriptionHandler(shop.begin, shop.time)
    message = ReplaySubscription(
        subscription_id=made.details.subscription_id, since=made.details.created_at
    )
    with pytest.raises(SubscriptionIsDisabled):
        await replay(message)

    redrive = RedriveDeliveryHandler(shop.begin, shop.time)
    (stopped,) = await shop.log(made)
    await redrive(RedriveDelivery(delivery_id=stopped.delivery_id))
    shop.time.passes(seconds=3)
    await shop.happens(order, "shipped")

    assert [await shop.send() for _ in range(2)] == [["order.placed"], ["order.shipped"]]
    assert (await shop.stands(made)).is_enabled


async def test_what_waits_for_one_that_is_deleted_is_never_sent(shop: Shop) -> None:
    made = await shop.subscribed()
    order = await shop.happens(an_order(), "placed", "shipped")
    await shop.due()  # the first is under way
    delete = DeleteSubscriptionHandler(shop.begin, shop.time)
    await delete(DeleteSubscription(subscription_id=made.details.subscription_id))
    while shop.begun:
        await shop.begun.pop()
    await shop.happens(order, "delivered")
    shop.time.passes(hours=1)

    assert await shop.send() == []
    assert [one.error for one in await shop.log(made)] == ["its subscription is deleted"] * 2
    assert await shop.states(made) == ["stopped"] * 2


async def test_former_secrets_sign_for_their_time_of_grace_and_two_at_the_most(shop: Shop) -> None:
    made = await shop.subscribed()
    rotate = RotateSecretHandler(shop.begin, Plain(), shop.time)
    message = RotateSecret(subscription_id=made.details.subscription_id, grace_seconds=3600)
    rotated = [await rotate(message) for _ in range(3)]
    secrets = [one.secret for one in (made, *rotated)]

    async def good() -> list[str]:
        stands = await shop.stands(made)
        of = stands.subscription_id
        return [Plain().open(one, of) for one in stands.sealed_secrets(shop.time.now)]

    assert await good() == secrets[:0:-1]
    shop.time.passes(hours=1)
    assert await good() == secrets[3:]
    at_once = (await rotate(replace(message, grace_seconds=0))).secret
    assert await good() == [at_once]
    with pytest.raises(UnfitSubscription):
        await rotate(replace(message, grace_seconds=8 * 86400))


async def test_there_is_an_end_to_their_number(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.notifications.create_subscription.MOST_SUBSCRIPTIONS", 2)
    for _ in range(2):
        await shop.subscribed()

    with pytest.raises(TooManySubscriptions):
        await shop.subscribed()


@pytest.fixture
def statements(engine: AsyncEngine) -> Callable[[], int]:
    told: list[Any] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(*said: Any) -> None:
        told.append(said)

    return lambda: len(told)


async def test_an_event_costs_nothing_more_where_nobody_subscribed(
    engine: AsyncEngine, shop: Shop, statements: Callable[[], int]
) -> None:
    ticks = [0.0]
    audience = Audience(lambda: ticks[0])
    quiet = Shop(partial(transaction, engine, partial(SqlDeliveryBook, audience=audience)))
    await quiet.happens(an_order(), "placed")
    before = statements()
    for _ in range(5):
        await quiet.happens(an_order(), "placed")
    between = statements() - before

    ticks[0] = 1.0
    made = await shop.subscribed()
    await quiet.happens(an_order(), "placed")

    assert between == 0
    assert await shop.states(made) == ["pending"]
