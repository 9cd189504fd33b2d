"""The notifications context as all others see it: who is told what became of an order, and was.

It listens to ordering, and tells a platform by webhook and a buyer by e-mail (UCP section 19.2), and
the merchant's own systems, which subscribe to events by their names. What is here lets staff see to it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType, Protocol
from uuid import UUID

from domain.shared.model import Event, NotFound, Refusal, Stale, Unfit
from domain.shared.values import OrderId

DeliveryId = NewType("DeliveryId", UUID)
"""Of a webhook it is the `Webhook-Id`, each time that it is sent."""
SubscriptionId = NewType("SubscriptionId", UUID)
WEBHOOK, MAIL, MERCHANT = "webhook", "mail", "merchant"
EVENTS = (
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
)
"""What a merchant can be told of, by name: public, and never renamed. The last is all that happens
to an order and has no name here, in a partner's own words say.
"""
TEST_EVENT = "subscription.test"
"""What is told when somebody tries a subscription out: of no order."""


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """What is to be sent, word for word, and where. `kind` is webhook or mail; `title` is the subject
    of a mail.
    """

    kind: str
    target: str
    body: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What a merchant is told of something: the name of the event, and the thing itself as JSON in a
    public shape. `name` is its public id.
    """

    event: str
    name: str
    content: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class DeliveryDetails:
    """How far a delivery has come. `kind` is webhook, mail or merchant; `occasion` is what happened to
    the order, and to a merchant the event's name. That of a test names no order.

    `state` is pending, delivered, dead (it was tried as long as it may be), stopped (there is nobody
    who wants it) or skipped. `next_try_at` is told while it is pending, `error` is why it was not
    taken the last time.
    """

    delivery_id: DeliveryId
    order_id: OrderId
    client: str
    kind: str
    occasion: str
    target: str
    state: str
    attempts: int
    happened_at: datetime
    next_try_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""
    subscription_id: SubscriptionId | None = None


@dataclass(frozen=True, kw_only=True)
class ListDeliveries:
    """`after` is the `next` of the page before. What is `None` does not matter."""

    state: str | None = None
    order_id: OrderId | None = None
    after: str | None = None
    most: int = 20
    subscription_id: SubscriptionId | None = None


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """The newest first."""

    items: tuple[DeliveryDetails, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class FindDelivery:
    delivery_id: DeliveryId


@dataclass(frozen=True, kw_only=True)
class RedriveDelivery:
    delivery_id: DeliveryId


@dataclass(frozen=True, kw_only=True)
class SkipDelivery:
    delivery_id: DeliveryId


@dataclass(frozen=True, kw_only=True)
class SubscriptionDetails:
    """Where a merchant is told of what. `state` is active or disabled, and `reason` says why it is
    disabled; `failing_since` is when the first was not taken of those since the last that was.

    Until the last of `secrets_end_at` what is sent is signed by former secrets too.
    """

    subscription_id: SubscriptionId
    name: str
    target: str
    events: tuple[str, ...]
    state: str
    created_at: datetime
    version: int
    reason: str = ""
    disabled_at: datetime | None = None
    failing_since: datetime | None = None
    secrets_end_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SubscriptionWithSecret:
    """`secret` is told once, when it is made: `None` where it was told before."""

    details: SubscriptionDetails
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class CreateSubscription:
    """`key` names this wish among all of its kind."""

    key: str
    target: str
    events: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class FindSubscription:
    subscription_id: SubscriptionId


@dataclass(frozen=True, kw_only=True)
class ListSubscriptions:
    """`after` is the `next` of the page before."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class SubscriptionPage:
    items: tuple[SubscriptionDetails, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class UpdateSubscription:
    """`version` is the one that was read; without it, whatever stands is changed."""

    subscription_id: SubscriptionId
    target: str
    events: tuple[str, ...]
    name: str = ""
    is_enabled: bool = True
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class RotateSecret:
    """The one that is good now stays good for `grace_seconds`. `version` is as in an update."""

    subscription_id: SubscriptionId
    grace_seconds: int
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class DeleteSubscription:
    """`version` is as in an update."""

    subscription_id: SubscriptionId
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class SubscriptionDeleted:
    subscription_id: SubscriptionId


@dataclass(frozen=True, kw_only=True)
class TryOutSubscription:
    subscription_id: SubscriptionId


@dataclass(frozen=True, kw_only=True)
class ReplaySubscription:
    subscription_id: SubscriptionId
    since: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionReplayed:
    """So many were sent again; there is more from `continues_at` on, if that is said."""

    deliveries: int
    continues_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SubscriptionDisabled(Event, name="notifications.subscription_disabled.v1"):
    """Nothing is sent to it any more, for this reason, until staff enables it."""

    subscription_id: SubscriptionId
    reason: str


@dataclass(eq=False)
class UnknownSubscription(NotFound):
    subscription_id: SubscriptionId


@dataclass(eq=False)
class SubscriptionChanged(Stale):
    """`version` is the one that it has now."""

    subscription_id: SubscriptionId
    version: int


@dataclass(eq=False)
class SubscriptionIsDisabled(Refusal):
    """Nothing is sent to it until it is enabled."""

    subscription_id: SubscriptionId
    reason: str


@dataclass(eq=False)
class TooManySubscriptions(Refusal):
    """There are as many as there may be."""

    most: int


@dataclass(eq=False)
class KeyReused(Refusal):
    """Another subscription was asked for under this key before."""

    key: str


@dataclass(eq=False)
class UnfitSubscription(Unfit):
    because: str


@dataclass(eq=False)
class UnknownDelivery(NotFound):
    delivery_id: DeliveryId


@dataclass(eq=False)
class DeliveryStandsOtherwise(Refusal):
    """Only what is not sent is sent again or given up."""

    delivery_id: DeliveryId
    state: str


@dataclass(eq=False)
class UnfitWish(Unfit):
    because: str


class Notifications(Protocol):
    async def list_deliveries(self, message: ListDeliveries, /) -> DeliveryPage:
        """A page of at most 100. Refuses with `UnfitWish`, or with `UnknownSubscription` where those
        of one that is not there are asked for.
        """
        ...

    async def find_delivery(self, message: FindDelivery, /) -> DeliveryDetails:
        """Refuses with `UnknownDelivery`."""
        ...

    async def redrive_delivery(self, message: RedriveDelivery, /) -> DeliveryDetails:
        """Try it again from the start, under the same id, also where its target was stopped: that is
        told again. Asking again changes nothing more.

        Refuses with `UnknownDelivery` or, once it was delivered, `DeliveryStandsOtherwise`.
        """
        ...

    async def skip_delivery(self, message: SkipDelivery, /) -> DeliveryDetails:
        """Give it up, and let what follows it of its order pass; again changes nothing.

        Refuses with `UnknownDelivery` or, once it was delivered, `DeliveryStandsOtherwise`.
        """
        ...

    async def create_subscription(self, message: CreateSubscription, /) -> SubscriptionWithSecret:
        """Tell a merchant of these events from now on, within a second. Asking again under the same key
        makes no other, and tells no secret.

        Refuses with `UnfitSubscription`, `KeyReused` or `TooManySubscriptions`.
        """
        ...

    async def find_subscription(self, message: FindSubscription, /) -> SubscriptionDetails:
        """Refuses with `UnknownSubscription`."""
        ...

    async def list_subscriptions(self, message: ListSubscriptions, /) -> SubscriptionPage:
        """A page of at most 100. Refuses with `UnfitWish`."""
        ...

    async def update_subscription(self, message: UpdateSubscription, /) -> SubscriptionDetails:
        """Put this in place of what stands; the same again changes nothing. What waits goes to the new
        target, and once it is disabled is not sent.

        Refuses with `UnknownSubscription`, `SubscriptionChanged` or `UnfitSubscription`.
        """
        ...

    async def rotate_secret(self, message: RotateSecret, /) -> SubscriptionWithSecret:
        """Make another secret. Former ones sign too until their time of grace is over, two at the most.

        Refuses with `UnknownSubscription`, `SubscriptionChanged` or `UnfitSubscription`.
        """
        ...

    async def delete_subscription(self, message: DeleteSubscription, /) -> SubscriptionDeleted:
        """Tell it nothing more, not even what waits. Refuses with `UnknownSubscription` or
        `SubscriptionChanged`.
        """
        ...

    async def try_out_subscription(self, message: TryOutSubscription, /) -> DeliveryDetails:
        """Send it a test, one more each time. Refuses with `UnknownSubscription` or
        `SubscriptionIsDisabled`.
        """
        ...

    async def replay_subscription(self, message: ReplaySubscription, /) -> SubscriptionReplayed:
        """Send again, under the same ids and in their order, what was kept for it since then and does not
        wait; again sends again. What was deleted with old events is not sent.

        Refuses with `UnknownSubscription`, `SubscriptionIsDisabled` or `UnfitSubscription`.
        """
        ...
