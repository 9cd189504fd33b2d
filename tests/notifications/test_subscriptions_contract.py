"""Subscriptions by the `Notifications` contract: kept near, through the wire, and far."""

from asyncio import gather
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.contracts.identity import Identity, ListAudit
from domain.contracts.notifications import (
    CreateSubscription,
    DeleteSubscription,
    FindDelivery,
    FindSubscription,
    KeyReused,
    ListDeliveries,
    ListSubscriptions,
    Notifications,
    ReplaySubscription,
    RotateSecret,
    SubscriptionChanged,
    SubscriptionId,
    SubscriptionIsDisabled,
    SubscriptionWithSecret,
    TryOutSubscription,
    UnfitSubscription,
    UnfitWish,
    UnknownSubscription,
    UpdateSubscription,
)
from domain.shared.ids import public
from tests.conftest import KeptHouse
from tests.journeys.merchant import Receiver, a_receiver
from tests.ordering.shelf import until


@pytest.fixture
def notifications(house: KeptHouse) -> Notifications:
    return house.contract(Notifications)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


@pytest.fixture
async def wish(
    notifications: Notifications, receiver: Receiver
) -> AsyncIterator[CreateSubscription]:
    """What is made of it is deleted again: there is a bound, and others place orders in this house."""
    wish = CreateSubscription(
        key=uuid4().hex, name="ERP", target=receiver.hook, events=("order.updated",)
    )
    yield wish
    page = await notifications.list_subscriptions(ListSubscriptions(most=100))
    for one in page.items:
        await notifications.delete_subscription(
            DeleteSubscription(subscription_id=one.subscription_id)
        )


@pytest.fixture
async def subscribed(
    notifications: Notifications, wish: CreateSubscription
) -> SubscriptionWithSecret:
    return await notifications.create_subscription(wish)


async def test_asked_for_again_and_at_once_it_is_made_once_and_its_secret_told_once(
    notifications: Notifications, wish: CreateSubscription
) -> None:
    twins = await gather(*(notifications.create_subscription(wish) for _ in range(4)))
    again = await notifications.create_subscription(wish)

    assert {one.details.subscription_id for one in twins} == {again.details.subscription_id}
    assert [bool(one.secret) for one in twins].count(True) == 1
    assert again.secret is None
    with pytest.raises(KeyReused):
        await notifications.create_subscription(replace(wish, events=("order.placed",)))


async def test_it_is_changed_by_who_read_how_it_stands(
    notifications: Notifications, subscribed: SubscriptionWithSecret
) -> None:
    name, version = subscribed.details.subscription_id, subscribed.details.version
    change = UpdateSubscription(
        subscription_id=name,
        target=subscribed.details.target,
        events=("order.updated", "order.placed"),
        name="WMS",
        version=version,
    )

    changed = await notifications.update_subscription(change)

    assert (changed.name, changed.events) == ("WMS", ("order.placed", "order.updated"))
    assert await notifications.find_subscription(FindSubscription(subscription_id=name)) == changed
    same = await notifications.update_subscription(replace(change, version=None))
    assert same.version == changed.version
    for stale in (
        notifications.update_subscription(change),
        notifications.rotate_secret(
            RotateSecret(subscription_id=name, grace_seconds=0, version=version)
        ),
        notifications.delete_subscription(
            DeleteSubscription(subscription_id=name, version=version)
        ),
    ):
        with pytest.raises(SubscriptionChanged):
            await stale


async def test_it_is_tried_out_and_what_became_of_that_is_in_its_log(
    notifications: Notifications, subscribed: SubscriptionWithSecret, receiver: Receiver
) -> None:
    name = subscribed.details.subscription_id
    trial = await notifications.try_out_subscription(TryOutSubscription(subscription_id=name))
    find = FindDelivery(delivery_id=trial.delivery_id)

    async def is_delivered() -> bool:
        return (await notifications.find_delivery(find)).state == "delivered"

    await until(is_delivered)

    page = await notifications.list_deliveries(ListDeliveries(subscription_id=name))
    assert [one.delivery_id for one in page.items] == [trial.delivery_id]
    assert page.items[0].subscription_id == name
    told = next(one for one in receiver.told if one.name == str(trial.delivery_id))
    assert told.verified(subscribed.secret or "")["data"] == {"id": public("sub", name)}
    replay = ReplaySubscription(subscription_id=name, since=subscribed.details.created_at)
    assert (await notifications.replay_subscription(replay)).deliveries == 1
    await until(is_delivered)


async def test_who_says_that_it_is_gone_is_disabled_and_the_audit_log_says_so(
    house: KeptHouse,
    notifications: Notifications,
    subscribed: SubscriptionWithSecret,
    receiver: Receiver,
) -> None:
    name = subscribed.details.subscription_id
    receiver.status = 410
    await notifications.try_out_subscription(TryOutSubscription(subscription_id=name))

    async def is_disabled() -> bool:
        found = await notifications.find_subscription(FindSubscription(subscription_id=name))
        return (found.state, found.reason) == ("disabled", "it answered 410: gone")

    try:
        await until(is_disabled)
    finally:
        receiver.status = 204
    subject = ListAudit(subject=public("sub", name))
    identity = house.contract(Identity)

    async def is_noted() -> bool:
        noted = (await identity.list_audit(subject)).items
        return [(one.deed, one.detail) for one in noted] == [
            ("subscription_disabled", "it answered 410: gone")
        ]

    await until(is_noted)
    with pytest.raises(SubscriptionIsDisabled):
        await notifications.try_out_subscription(TryOutSubscription(subscription_id=name))


async def test_what_is_unknown_or_unfit_is_refused(
    notifications: Notifications, subscribed: SubscriptionWithSecret, wish: CreateSubscription
) -> None:
    nobody = SubscriptionId(uuid4())
    await notifications.delete_subscription(
        DeleteSubscription(subscription_id=subscribed.details.subscription_id)
    )

    for name in (nobody, subscribed.details.subscription_id):
        for unknown in (
            notifications.find_subscription(FindSubscription(subscription_id=name)),
            notifications.delete_subscription(DeleteSubscription(subscription_id=name)),
            notifications.try_out_subscription(TryOutSubscription(subscription_id=name)),
            notifications.list_deliveries(ListDeliveries(subscription_id=name)),
            notifications.rotate_secret(RotateSecret(subscription_id=name, grace_seconds=0)),
        ):
            with pytest.raises(UnknownSubscription):
                await unknown
    for unfit in (
        replace(wish, events=("order.lost",)),
        replace(wish, events=()),
        replace(wish, target="https://10.0.0.1/"),
        replace(wish, target="https://erp.example/" + "x" * 2000),
        replace(wish, name="x" * 101),
        replace(wish, name="ERP\x00"),
    ):
        with pytest.raises(UnfitSubscription):
            await notifications.create_subscription(unfit)
    with pytest.raises(UnfitWish):
        await notifications.list_subscriptions(ListSubscriptions(after="no page"))
