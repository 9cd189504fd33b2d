"""What the notifications model needs from the world."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.contracts.notifications import Announcement, DeliveryId, Dispatch, SubscriptionId
from domain.contracts.ordering import OrderRevised
from domain.notifications.delivery import Delivery, DeliveryState
from domain.notifications.merchant_subscription import MerchantSubscription
from domain.notifications.subscription import Subscription
from domain.shared.values import OrderId


class Merchants(Protocol):
    """All subscriptions of merchants, as if they were in memory."""

    async def find(self, subscription_id: SubscriptionId) -> MerchantSubscription | None: ...

    async def get(self, subscription_id: SubscriptionId) -> MerchantSubscription:
        """Refuses with `UnknownSubscription`."""
        ...

    async def all(self) -> list[MerchantSubscription]:
        """The first that was made within the last second may be missing."""
        ...

    async def number(self) -> int: ...

    async def page(self, after: SubscriptionId | None, most: int) -> list[MerchantSubscription]:
        """In the order of their ids."""
        ...

    async def find_by_key(self, key: str) -> MerchantSubscription | None: ...

    async def add(self, subscription: MerchantSubscription) -> bool:
        """Keep it unless there is one of its key, and say whether it was kept."""
        ...

    async def save(self, subscription: MerchantSubscription) -> None:
        """How it stands now, if that is not how it was read. Raises `Conflict`."""
        ...

    async def delete(self, subscription: MerchantSubscription) -> None: ...


class DeliveryBook(Protocol):
    """All deliveries and subscriptions, as if they were in memory."""

    @property
    def merchants(self) -> Merchants: ...

    async def subscription(self, client: str, target: str, now: datetime) -> Subscription:
        """The one of these two. One that nobody ever stopped is open, and kept nowhere."""
        ...

    async def save_subscription(self, subscription: Subscription) -> None:
        """How it stands now, if it was ever stopped."""
        ...

    async def keep(self, *deliveries: Delivery) -> None: ...

    async def take_due(
        self,
        now: datetime,
        *,
        claim: UUID,
        most: int,
        without: Collection[UUID | None],
        to_each: Callable[[UUID | None], int],
    ) -> list[Delivery]:
        """Claim those whose time has come, the oldest first, and which nothing of their order and kind,
        and of a merchant's subscription, comes before: none of these subscriptions, of which `None` stands for mail,
        and so many to each at the most. Where one has more than that, others may be due besides.

        Nobody else gets them for as long as sending may take.
        """
        ...

    async def end(self, sent: Sequence[Delivery], of: Sequence[Delivery]) -> list[Delivery]:
        """Store what became of deliveries, each as it was claimed before. Of what was claimed by
        another since, or given up, nothing is stored. What follows one waits with it, or goes on now.

        Those that still say something of whom they were for: all that was stored, and what was
        taken, whoever claimed it since.
        """
        ...

    async def stop(self, subscription: Subscription) -> None:
        """It is stopped: it wants none of what waits for it, either."""
        ...

    async def give_up(self, subscription_id: SubscriptionId, because: str, now: datetime) -> None:
        """None of what waits for a merchant is sent."""
        ...

    async def replay(
        self, subscription_id: SubscriptionId, beyond: UUID, now: datetime, *, most: int
    ) -> list[DeliveryId]:
        """Have sent again what a merchant was told after this delivery and does not wait, the oldest
        first; which those are.
        """
        ...

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        """Refuses with `UnknownDelivery`."""
        ...

    async def save(self, delivery: Delivery, *, was: Delivery) -> None:
        """Raises `Conflict` where it is not as it was any more."""
        ...

    async def page(
        self,
        state: DeliveryState | None,
        order_id: OrderId | None,
        before: DeliveryId | None,
        *,
        most: int,
        subscription_id: SubscriptionId | None = None,
    ) -> list[Delivery]:
        """The newest first."""
        ...


Begin = Callable[[], AbstractAsyncContextManager[DeliveryBook]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""


class Wording(Protocol):
    """In what words, and where, somebody is told of an order: the part of whoever speaks to them."""

    def __call__(self, revised: OrderRevised, /) -> Dispatch | None:
        """What is to be sent, which may be nothing. The same event gives the same words."""
        ...


class Announcing(Protocol):
    """In what words a merchant is told of an order: the part of whoever shows merchants orders."""

    def __call__(self, revised: OrderRevised, /) -> Announcement | None:
        """What is to be told, which may be nothing. The same event gives the same words."""
        ...


class Unsealable(Exception):
    """It was sealed with another key, for another subscription, or is not whole."""


class Sealing(Protocol):
    """How secrets are kept that must be told again, so that what is kept does not tell them."""

    def make(self) -> str:
        """A new one, which nobody can guess."""
        ...

    def seal(self, secret: str, of: SubscriptionId) -> str: ...

    def open(self, sealed: str, of: SubscriptionId) -> str:
        """Raises `Unsealable`."""
        ...


class RequireReachable(Protocol):
    """Whether an address may be called at all."""

    def __call__(self, target: str, /) -> None:
        """Refuses with `UnfitSubscription`."""
        ...


class NotTaken(Exception):
    """It is not known to have been taken: it is sent again, unless it `is_final`. Then its target wants
    no more of the kind, or whoever was called `at` another address.
    """

    def __init__(self, why: str, *, is_final: bool = False, at: str | None = None) -> None:
        super().__init__(why)
        self.is_final, self.at = is_final, at


class Carrier(Protocol):
    """Who brings deliveries of one kind to where they are to go."""

    async def __call__(self, delivery: Delivery, /) -> None:
        """Raises `NotTaken`. In bounded time, and twice if it is asked twice."""
        ...


class Spawn(Protocol):
    """Run something in a task of the application's, which outlives whoever asked for it."""

    def __call__(self, work: Coroutine[Any, Any, None], /, *, seconds: float) -> None: ...


class Again(Protocol):
    """Make a change anew, a few times, when it meets a `Conflict`."""

    async def __call__(self, change: Callable[[], Awaitable[None]], /) -> None: ...
