"""The `Notifications` contract: one set of promises, kept near, through the wire, and far."""

from uuid import uuid4

import pytest

from app.ucp.presentation import Presentation
from domain.contracts.notifications import (
    DeliveryDetails,
    DeliveryId,
    DeliveryStandsOtherwise,
    FindDelivery,
    ListDeliveries,
    Notifications,
    RedriveDelivery,
    SkipDelivery,
    UnfitWish,
    UnknownDelivery,
)
from domain.shared.values import OrderId
from tests.conftest import KeptHouse
from tests.ordering.shelf import Shelf, complete, order_of, until

NOBODY = "http://127.0.0.1:9/hooks"
"""Where nobody listens (RFC 863 did)."""


@pytest.fixture
def notifications(house: KeptHouse) -> Notifications:
    return house.contract(Notifications)


@pytest.fixture
async def order_id(house: KeptHouse) -> OrderId:
    """An order whose platform is away."""
    shelf = await Shelf.stocked(house)
    shown = Presentation(webhook_url=NOBODY).to_text()
    wish = complete(await shelf.ready(), presentation=shown)
    return order_of(await shelf.ordering.complete_checkout(wish))


async def told(notifications: Notifications, order_id: OrderId) -> dict[str, DeliveryDetails]:
    """What is told of an order, by its kind, once it was tried."""
    found: dict[str, DeliveryDetails] = {}

    async def is_tried() -> bool:
        page = await notifications.list_deliveries(ListDeliveries(order_id=order_id))
        found.update({one.kind: one for one in page.items})
        is_sent = "mail" in found and found["mail"].state == "delivered"
        return is_sent and bool(found["webhook"].error)

    await until(is_tried)
    return found


async def test_a_delivery_stands_where_it_has_come_to(
    notifications: Notifications, order_id: OrderId
) -> None:
    found = await told(notifications, order_id)

    webhook, mail = found["webhook"], found["mail"]
    assert (webhook.state, webhook.occasion, webhook.target) == ("pending", "placed", NOBODY)
    assert "did not answer" in webhook.error
    assert (mail.state, mail.error, mail.next_try_at) == ("delivered", "", None)
    same = await notifications.find_delivery(FindDelivery(delivery_id=mail.delivery_id))
    assert same == mail
    with pytest.raises(DeliveryStandsOtherwise):
        await notifications.redrive_delivery(RedriveDelivery(delivery_id=mail.delivery_id))
    with pytest.raises(DeliveryStandsOtherwise):
        await notifications.skip_delivery(SkipDelivery(delivery_id=mail.delivery_id))


async def test_one_that_is_given_up_can_be_tried_again(
    notifications: Notifications, order_id: OrderId
) -> None:
    webhook = (await told(notifications, order_id))["webhook"]
    skip = SkipDelivery(delivery_id=webhook.delivery_id)
    redrive = RedriveDelivery(delivery_id=webhook.delivery_id)

    skipped = [await notifications.skip_delivery(skip) for _ in range(2)]
    listed = await notifications.list_deliveries(ListDeliveries(state="skipped", most=100))
    redriven = await notifications.redrive_delivery(redrive)

    assert [one.state for one in skipped] == ["skipped"] * 2
    assert webhook.delivery_id in {one.delivery_id for one in listed.items}
    assert (redriven.state, redriven.delivery_id) == ("pending", webhook.delivery_id)
    await notifications.skip_delivery(skip)


async def test_what_is_unknown_or_unfit_is_refused(
    notifications: Notifications, order_id: OrderId
) -> None:
    await told(notifications, order_id)
    nobody = DeliveryId(uuid4())

    with pytest.raises(UnknownDelivery):
        await notifications.find_delivery(FindDelivery(delivery_id=nobody))
    with pytest.raises(UnknownDelivery):
        await notifications.redrive_delivery(RedriveDelivery(delivery_id=nobody))
    for unfit in (ListDeliveries(after="no page"), ListDeliveries(state="lost")):
        with pytest.raises(UnfitWish):
            await notifications.list_deliveries(unfit)


async def test_a_list_comes_page_by_page(notifications: Notifications, order_id: OrderId) -> None:
    await told(notifications, order_id)
    wish = ListDeliveries(order_id=order_id, most=1)

    first = await notifications.list_deliveries(wish)
    second = await notifications.list_deliveries(
        ListDeliveries(order_id=order_id, after=first.next)
    )

    assert len(first.items) == len(second.items) == 1
    assert first.items[0].delivery_id > second.items[0].delivery_id
    assert second.next is None
