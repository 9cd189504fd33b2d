"""A delivery: what is to be told, word for word, and how far that has come."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.contracts.notifications import (
    MAIL,
    MERCHANT,
    TEST_EVENT,
    WEBHOOK,
    Announcement,
    DeliveryDetails,
    DeliveryId,
    DeliveryStandsOtherwise,
    Dispatch,
    SubscriptionId,
)
from domain.contracts.ordering import OrderRevised
from domain.notifications.announcement import body
from domain.notifications.subscription import Subscription
from domain.shared.ids import uuid7
from domain.shared.values import OrderId

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(hours=1)
GATHERED_FOR = {WEBHOOK: timedelta(0), MERCHANT: timedelta(0), MAIL: timedelta(seconds=1)}
"""A letter is in no hurry, and those of a second are claimed together: that is what costs."""
TRIED_FOR = timedelta(hours=72)
"""Whoever was away over a long weekend has missed nothing (UCP WHK-7)."""
LONGEST_OCCASION = 100
"""A partner's own word for what happened is as long as it likes."""
IN_FLIGHT = timedelta(seconds=30)
"""So long nobody else sends what somebody has begun to send: longer than sending may take."""
DISABLED, DELETED = "its subscription is disabled", "its subscription is deleted"


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    STOPPED = "stopped"
    SKIPPED = "skipped"


class Addressee(Protocol):
    """A subscription of a merchant, as far as a delivery must know it."""

    subscription_id: SubscriptionId
    target: str

    @property
    def is_enabled(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Its id, words and time stay the same however often it is sent (WHK-8).

    Those of one order and kind, and for merchants of one subscription, are sent in their `sequence`,
    one at a time (WHK-10). `claim` names who sends it now, so that whoever was too slow changes
    nothing any more.
    """

    delivery_id: DeliveryId
    kind: str
    order_id: OrderId
    sequence: int
    occasion: str
    client: str
    target: str
    body: str = field(repr=False)
    happened_at: datetime
    give_up_at: datetime
    title: str = ""
    subscription_id: UUID | None = None
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_try_at: datetime | None = None
    claim: UUID | None = None
    ended_at: datetime | None = None
    error: str = ""

    @classmethod
    def of(
        cls,
        revised: OrderRevised,
        dispatch: Dispatch,
        subscription: Subscription | None,
        now: datetime,
    ) -> "Delivery":
        """What is told of a change. Who wants no more of it has it kept, but not sent."""
        is_wanted = subscription is None or subscription.is_open
        return cls(
            delivery_id=DeliveryId(uuid7(now)),
            kind=dispatch.kind,
            order_id=revised.order.order_id,
            sequence=revised.order.version + 1,
            occasion=revised.occasion[:LONGEST_OCCASION],
            client=revised.order.client,
            target=dispatch.target,
            title=dispatch.title,
            body=dispatch.body,
            happened_at=revised.happened_at or now,
            give_up_at=now + TRIED_FOR,
            subscription_id=subscription.subscription_id if subscription else None,
            state=DeliveryState.PENDING if is_wanted else DeliveryState.STOPPED,
            next_try_at=now + GATHERED_FOR[dispatch.kind] if is_wanted else None,
            ended_at=None if is_wanted else now,
        )

    @classmethod
    def to_merchant(
        cls,
        revised: OrderRevised,
        announcement: Announcement,
        to: "Addressee",
        now: datetime,
    ) -> "Delivery":
        """What a merchant is told of a change. Where that is disabled it is kept, but not sent."""
        return cls._addressed(
            to,
            DeliveryId(uuid7(now)),
            announcement,
            revised.order.order_id,
            revised.order.version + 1,
            revised.happened_at or now,
            now,
        )

    @classmethod
    def trial(cls, to: "Addressee", now: datetime) -> "Delivery":
        """A test: it is of no order, and waits for nothing."""
        delivery_id = DeliveryId(uuid7(now))
        name = f"sub_{to.subscription_id.hex}"
        tried = Announcement(event=TEST_EVENT, name=name, content=f'{{"id":"{name}"}}')
        return cls._addressed(to, delivery_id, tried, OrderId(delivery_id), 0, now, now)

    @classmethod
    def _addressed(
        cls,
        to: "Addressee",
        delivery_id: DeliveryId,
        announcement: Announcement,
        order_id: OrderId,
        sequence: int,
        at: datetime,
        now: datetime,
    ) -> "Delivery":
        return cls(
            delivery_id=delivery_id,
            kind=MERCHANT,
            order_id=order_id,
            sequence=sequence,
            occasion=announcement.event,
            client=MERCHANT,
            target=to.target,
            body=body(announcement, at),
            happened_at=at,
            give_up_at=now + TRIED_FOR,
            subscription_id=to.subscription_id,
            state=DeliveryState.PENDING if to.is_enabled else DeliveryState.STOPPED,
            next_try_at=now if to.is_enabled else None,
            ended_at=None if to.is_enabled else now,
            error="" if to.is_enabled else DISABLED,
        )

    @property
    def is_delivered(self) -> bool:
        return self.state == DeliveryState.DELIVERED

    @property
    def is_due_at_once(self) -> bool:
        return self.next_try_at is not None and not GATHERED_FOR[self.kind]

    def details(self) -> DeliveryDetails:
        return DeliveryDetails(
            delivery_id=self.delivery_id,
            order_id=self.order_id,
            client=self.client,
            kind=self.kind,
            occasion=self.occasion,
            target=self.target,
            state=self.state,
            attempts=self.attempts,
            happened_at=self.happened_at,
            next_try_at=self.next_try_at,
            ended_at=self.ended_at,
            error=self.error,
            subscription_id=self._merchants(),
        )

    def _merchants(self) -> SubscriptionId | None:
        if self.subscription_id and self.kind == MERCHANT:
            return SubscriptionId(self.subscription_id)
        return None

    def taken(self, now: datetime) -> "Delivery":
        return self._ended(DeliveryState.DELIVERED, "", now)

    def refused_for_good(self, because: str, now: datetime, at: str | None = None) -> "Delivery":
        """By its target, unless it was called `at` another address."""
        refused = self._ended(DeliveryState.STOPPED, because, now)
        return replace(refused, target=at or self.target)

    def not_taken(self, because: str, now: datetime, chance: float) -> "Delivery":
        """It is tried again later, by a pause that doubles and of which `chance`, from 0 to 1, says
        how much: so that not all come back at the same moment.
        """
        longest = min(FIRST_PAUSE * 2 ** min(self.attempts - 1, 20), LONGEST_PAUSE)
        next_try_at = now + longest * (0.5 + chance / 2)
        if next_try_at > self.give_up_at:
            return self._ended(DeliveryState.DEAD, because, now)
        return replace(self, error=because, next_try_at=next_try_at, claim=None)

    def redriven(self, now: datetime) -> "Delivery":
        """Refuses with `DeliveryStandsOtherwise` once it was delivered."""
        self._require_undelivered()
        if self.state == DeliveryState.PENDING:
            return self
        return replace(
            self,
            state=DeliveryState.PENDING,
            attempts=0,
            next_try_at=now,
            give_up_at=now + TRIED_FOR,
            claim=None,
            ended_at=None,
        )

    def skipped(self, now: datetime) -> "Delivery":
        """Refuses with `DeliveryStandsOtherwise` once it was delivered."""
        self._require_undelivered()
        if self.state == DeliveryState.SKIPPED:
            return self
        return self._ended(DeliveryState.SKIPPED, self.error, now)

    def _require_undelivered(self) -> None:
        if self.is_delivered:
            raise DeliveryStandsOtherwise(self.delivery_id, self.state)

    def _ended(self, state: DeliveryState, because: str, now: datetime) -> "Delivery":
        return replace(self, state=state, error=because, next_try_at=None, claim=None, ended_at=now)
