"""Deliveries for staff: who was told of an order, and what to do where that did not succeed."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.edge.desk import After, Most, Page, staff
from app.notifications.api.bodies import DeliveryBody, State
from domain.contracts.notifications import (
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
from domain.shared.ids import from_public
from domain.shared.values import OrderId

DeliveryName = Annotated[str, Path(pattern="^dlv_[0-9a-f]{32}$", description="`dlv_...`")]
OrderName = Annotated[
    str | None, Query(pattern="^ord_[0-9a-f]{32}$", description="Those of this order alone.")
]


def add(routes: APIRouter, notifications: Notifications) -> None:
    @routes.get("/deliveries", **staff("list_deliveries", "notifications:read", UnfitWish))
    async def list_deliveries(
        state: Annotated[State | None, Query(description="Those in this state alone.")] = None,
        order_id: OrderName = None,
        after: After = None,
        limit: Most = 20,
    ) -> Page[DeliveryBody]:
        """The newest first. What is `dead` waits for somebody to decide."""
        order = from_public("ord", order_id) if order_id else None
        page = await notifications.list_deliveries(
            ListDeliveries(
                state=state, order_id=OrderId(order) if order else None, after=after, most=limit
            )
        )
        return Page(items=tuple(DeliveryBody.of(one) for one in page.items), next=page.next)

    @routes.get(
        "/deliveries/{delivery_id}", **staff("get_delivery", "notifications:read", UnknownDelivery)
    )
    async def get_delivery(delivery_id: DeliveryName) -> DeliveryBody:
        """How one stands."""
        return DeliveryBody.of(
            await notifications.find_delivery(FindDelivery(delivery_id=_id(delivery_id)))
        )

    @routes.post(
        "/deliveries/{delivery_id}/redrive",
        **staff(
            "redrive_delivery", "notifications:write", UnknownDelivery, DeliveryStandsOtherwise
        ),
    )
    async def redrive_delivery(delivery_id: DeliveryName) -> DeliveryBody:
        """Try it again from the start, under the same id, also where its target wanted no more."""
        message = RedriveDelivery(delivery_id=_id(delivery_id))
        return DeliveryBody.of(await notifications.redrive_delivery(message))

    @routes.post(
        "/deliveries/{delivery_id}/skip",
        **staff("skip_delivery", "notifications:write", UnknownDelivery, DeliveryStandsOtherwise),
    )
    async def skip_delivery(delivery_id: DeliveryName) -> DeliveryBody:
        """Give it up, and let what follows it of its order pass."""
        return DeliveryBody.of(
            await notifications.skip_delivery(SkipDelivery(delivery_id=_id(delivery_id)))
        )


def _id(name: str) -> DeliveryId:
    if found := from_public("dlv", name):
        return DeliveryId(found)
    raise ValueError(name)
