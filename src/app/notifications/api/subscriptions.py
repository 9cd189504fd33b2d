"""Subscriptions: which of the merchant's own systems are told of what."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.edge.authority import Asking
from app.edge.desk import After, IdempotencyKey, IfMatch, Most, Page, etag, staff
from app.notifications.api.bodies import (
    DeliveryBody,
    ReplayBody,
    ReplayedBody,
    RotationBody,
    State,
    SubscriptionBody,
    SubscriptionEditBody,
    SubscriptionSecretBody,
    SubscriptionWishBody,
)
from domain.contracts.notifications import (
    CreateSubscription,
    DeleteSubscription,
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
    TooManySubscriptions,
    TryOutSubscription,
    UnfitSubscription,
    UnfitWish,
    UnknownSubscription,
    UpdateSubscription,
)
from domain.shared.ids import from_public, public

ALL, ONE = "/subscriptions", "/subscriptions/{subscription_id}"
READ, WRITE, TOLD = "notifications:read", "notifications:write", ("orders:read",)
"""Whoever has others told of orders may see them."""
Name = Annotated[
    str, Path(alias="subscription_id", pattern="^sub_[0-9a-f]{32}$", description="`sub_...`")
]
CREATES = (UnfitSubscription, KeyReused, TooManySubscriptions)
CHANGES = (UnknownSubscription, SubscriptionChanged, UnfitSubscription)


def add(routes: APIRouter, notifications: Notifications) -> None:
    @routes.get(ALL, **staff("list_subscriptions", READ, UnfitWish))
    async def list_subscriptions(after: After = None, limit: Most = 20) -> Page[SubscriptionBody]:
        """The oldest first, without their secrets."""
        page = await notifications.list_subscriptions(ListSubscriptions(after=after, most=limit))
        return Page(items=tuple(map(SubscriptionBody.of, page.items)), next=page.next)

    @routes.post(ALL, **staff("create_subscription", WRITE, *CREATES, status=201, tagged=True))
    async def create_subscription(
        body: SubscriptionWishBody, key: IdempotencyKey, asking: Asking, response: Response
    ) -> SubscriptionSecretBody:
        """Have somebody told of these events from now on. The secret is in this answer, and never
        told again.
        """
        asking.require(TOLD)
        made = await notifications.create_subscription(
            CreateSubscription(key=key, name=body.name, target=body.url, events=body.events)
        )
        name = public("sub", made.details.subscription_id)
        response.headers["location"] = f"/v1/subscriptions/{name}"
        return _secret(made, response)

    @routes.get(ONE, **staff("get_subscription", READ, UnknownSubscription, tagged=True))
    async def get_subscription(name: Name, response: Response) -> SubscriptionBody:
        """How one stands."""
        found = await notifications.find_subscription(FindSubscription(subscription_id=_id(name)))
        response.headers["etag"] = etag(found.version)
        return SubscriptionBody.of(found)

    @routes.put(ONE, **staff("update_subscription", WRITE, *CHANGES, tagged=True))
    async def update_subscription(
        name: Name, body: SubscriptionEditBody, version: IfMatch, asking: Asking, response: Response
    ) -> SubscriptionBody:
        """Put this in place of what stands, and enable or disable it. What waits goes to the new
        address.
        """
        asking.require(TOLD)
        found = await notifications.update_subscription(
            UpdateSubscription(
                subscription_id=_id(name),
                name=body.name,
                target=body.url,
                events=body.events,
                is_enabled=body.enabled,
                version=version,
            )
        )
        response.headers["etag"] = etag(found.version)
        return SubscriptionBody.of(found)

    @routes.delete(
        ONE,
        **staff("delete_subscription", WRITE, UnknownSubscription, SubscriptionChanged, status=204),
    )
    async def delete_subscription(name: Name, version: IfMatch) -> None:
        """Tell it nothing more, not even what waits."""
        await notifications.delete_subscription(
            DeleteSubscription(subscription_id=_id(name), version=version)
        )

    @routes.post(
        f"{ONE}/secret", **staff("rotate_subscription_secret", WRITE, *CHANGES, tagged=True)
    )
    async def rotate_subscription_secret(
        name: Name, body: RotationBody, version: IfMatch, asking: Asking, response: Response
    ) -> SubscriptionSecretBody:
        """Make another secret, told in this answer and never again. The one that is good now signs too
        for its time of grace.
        """
        asking.require(TOLD)
        rotated = await notifications.rotate_secret(
            RotateSecret(
                subscription_id=_id(name), grace_seconds=body.grace_seconds, version=version
            )
        )
        return _secret(rotated, response)

    @routes.post(
        f"{ONE}/test",
        **staff("try_out_subscription", WRITE, UnknownSubscription, SubscriptionIsDisabled),
    )
    async def try_out_subscription(name: Name) -> DeliveryBody:
        """Send it `subscription.test`. What became of that is said under its id."""
        message = TryOutSubscription(subscription_id=_id(name))
        return DeliveryBody.of(await notifications.try_out_subscription(message))

    @routes.post(
        f"{ONE}/replay",
        **staff(
            "replay_subscription",
            WRITE,
            UnknownSubscription,
            SubscriptionIsDisabled,
            UnfitSubscription,
        ),
    )
    async def replay_subscription(name: Name, body: ReplayBody) -> ReplayedBody:
        """Send again, under the same ids and in their order, what was kept for it since then: what was
        delivered, too.
        """
        message = ReplaySubscription(subscription_id=_id(name), since=body.since)
        return ReplayedBody.model_validate(await notifications.replay_subscription(message))

    @routes.get(
        f"{ONE}/deliveries",
        **staff("list_deliveries_of_subscription", READ, UnknownSubscription, UnfitWish),
    )
    async def list_deliveries_of_subscription(
        name: Name,
        state: Annotated[State | None, Query(description="Those in this state alone.")] = None,
        after: After = None,
        limit: Most = 20,
    ) -> Page[DeliveryBody]:
        """What it was told, or not, the newest first. `POST /v1/deliveries/{id}/redrive` sends one
        again.
        """
        page = await notifications.list_deliveries(
            ListDeliveries(state=state, subscription_id=_id(name), after=after, most=limit)
        )
        return Page(items=tuple(map(DeliveryBody.of, page.items)), next=page.next)


def _secret(made: SubscriptionWithSecret, response: Response) -> SubscriptionSecretBody:
    response.headers["etag"] = etag(made.details.version)
    response.headers["cache-control"] = "no-store"
    return SubscriptionSecretBody.made(made)


def _id(name: str) -> SubscriptionId:
    if found := from_public("sub", name):
        return SubscriptionId(found)
    raise ValueError(name)
