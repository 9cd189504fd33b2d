"""Deliveries and subscriptions as staff sees and says them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field

from app.edge.desk import Body, Moment, Whole, YesNo
from domain.contracts.notifications import (
    TEST_EVENT,
    DeliveryDetails,
    SubscriptionDetails,
    SubscriptionWithSecret,
)
from domain.shared.ids import public

State = Literal["pending", "delivered", "dead", "stopped", "skipped"]
EventName = Literal[
    "order.placed",
    "order.processing",
    "order.shipped",
    "order.in_transit",
    "order.delivered",
    "order.failed_attempt",
    "order.undeliverable",
    "order.returned_to_sender",
    "order.cancelled",
    "order.refund_requested",
    "order.refunded",
    "order.refund_failed",
    "order.returned",
    "order.adjusted",
    "order.payment_lapsing",
    "order.updated",
]
A_DAY = 86_400
DEAD: dict[str, Any] = {
    "id": "dlv_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f",
    "webhook_id": "0198c1f2-a3b4-7c5d-8e9f-0a1b2c3d4e5f",
    "order_id": "ord_0198c1f2a3b47c5d8e9f0a1b2c3d4e60",
    "client": "platform:florist",
    "kind": "webhook",
    "occasion": "placed",
    "target": "https://platform.example/hooks/orders",
    "state": "dead",
    "attempts": 97,
    "happened_at": "2030-01-01T12:00:00Z",
    "ended_at": "2030-01-04T12:00:00Z",
    "error": "it answered 500",
}


WISH: dict[str, Any] = {
    "name": "ERP",
    "url": "https://erp.example/hooks/freestone",
    "events": ["order.placed", "order.cancelled"],
}
SUBSCRIBED: dict[str, Any] = {
    "id": "sub_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f",
    **WISH,
    "state": "active",
    "created_at": "2030-01-01T12:00:00Z",
}


class DeliveryBody(Body):
    """A delivery as it stands. `occasion` is what happened to the order, or to a merchant the name of
    the event; `error` is why it was not taken the last time. A test is of no order. `target` is where it was to
    go when it was kept: a merchant is told at the address that its subscription has now.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [DEAD]})

    id: str
    webhook_id: str
    order_id: str | None = None
    client: str
    kind: Literal["webhook", "mail", "merchant"]
    occasion: str
    target: str
    state: State
    attempts: int
    happened_at: datetime
    next_try_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""
    subscription_id: str | None = None

    @classmethod
    def of(cls, one: DeliveryDetails) -> Self:
        told = {
            **vars(one),
            "id": public("dlv", one.delivery_id),
            "webhook_id": str(one.delivery_id),
            "order_id": None if one.occasion == TEST_EVENT else public("ord", one.order_id),
            "subscription_id": one.subscription_id and public("sub", one.subscription_id),
        }
        del told["delivery_id"]
        return cls.model_validate(told)


class SubscriptionWishBody(Body):
    """Who is to be told of what, and where."""

    model_config = ConfigDict(json_schema_extra={"examples": [WISH]})

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    events: Annotated[tuple[EventName, ...], Field(min_length=1, max_length=100)]
    name: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""


class SubscriptionEditBody(SubscriptionWishBody):
    """The whole of it. What is not enabled is told of nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**WISH, "enabled": True}]})

    enabled: YesNo = True


class SubscriptionBody(Body):
    """A subscription as it stands. `reason` is why it is disabled; `failing_since` is when the first
    was not taken since the last that was; until `secrets_end_at` former secrets sign too.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SUBSCRIBED]})

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    state: Literal["active", "disabled"]
    created_at: datetime
    reason: str = ""
    disabled_at: datetime | None = None
    failing_since: datetime | None = None
    secrets_end_at: tuple[datetime, ...] = ()

    @classmethod
    def of(cls, one: SubscriptionDetails) -> Self:
        return cls.model_validate(_told(one))


class SubscriptionSecretBody(SubscriptionBody):
    """`secret` is told this once. It is null where the same was asked for before: rotate it, if it
    was lost.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**SUBSCRIBED, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]
        }
    )

    secret: str | None = None

    @classmethod
    def made(cls, made: SubscriptionWithSecret) -> Self:
        return cls.model_validate({**_told(made.details), "secret": made.secret})


class RotationBody(Body):
    """For how long the secret that is good now signs too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"grace_seconds": A_DAY}]})

    grace_seconds: Annotated[Whole, Field(ge=0, le=7 * A_DAY)] = A_DAY


class ReplayBody(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"since": "2030-01-01T12:00:00Z"}]})

    since: Moment


class ReplayedBody(Body):
    """So many are sent again; if there is more, ask again from `continues_at` on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deliveries": 12}]})

    deliveries: int
    continues_at: datetime | None = None


def _told(one: SubscriptionDetails) -> dict[str, Any]:
    told = {**vars(one), "id": public("sub", one.subscription_id), "url": one.target}
    for ours in ("subscription_id", "target", "version"):
        del told[ours]
    return told
