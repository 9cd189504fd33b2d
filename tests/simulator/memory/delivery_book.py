"""The `DeliveryBook` in memory, and of merchants' subscriptions as much as tells them of orders."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.contracts.notifications import MERCHANT, DeliveryId, SubscriptionId, UnknownDelivery
from domain.notifications.delivery import IN_FLIGHT, Delivery, DeliveryState
from domain.notifications.merchant_subscription import MerchantSubscription
from domain.notifications.subscription import Subscription, subscription_id
from domain.shared.model import Conflict
from domain.shared.values import OrderId
from tests.simulator.memory.store import Draft

Stream = tuple[UUID, str, UUID | None]


class FakeMerchants:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    async def find(self, name: SubscriptionId) -> MerchantSubscription | None:
        return self._draft.find(MerchantSubscription, name)

    async def all(self) -> list[MerchantSubscription]:
        return list(self._draft.all(MerchantSubscription))

    async def save(self, subscription: MerchantSubscription) -> None:
        self._draft.save(subscription.subscription_id, subscription)


class FakeDeliveryBook:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.merchants = FakeMerchants(draft)

    async def subscription(self, client: str, target: str, now: datetime) -> Subscription:
        known = self._draft.find(Subscription, subscription_id(client, target))
        return known or Subscription.opened(client, target, now)

    async def save_subscription(self, subscription: Subscription) -> None:
        if self._draft.find(Subscription, subscription.subscription_id):
            self._draft.put(subscription.subscription_id, subscription)

    async def keep(self, *deliveries: Delivery) -> None:
        for one in deliveries:
            self._draft.insert(one.delivery_id, one)

    async def take_due(
        self,
        now: datetime,
        *,
        claim: UUID,
        most: int,
        without: Collection[UUID | None],
        to_each: Callable[[UUID | None], int],
    ) -> list[Delivery]:
        number, found = Counter[UUID | None](), list[Delivery]()
        for one in self._due(now):
            who = one.subscription_id
            if who not in without and number[who] < to_each(who) and len(found) < most:
                number[who] += 1
                later = {"claim": claim, "next_try_at": now + IN_FLIGHT}
                found.append(replace(one, **later, attempts=one.attempts + 1))  # type: ignore[arg-type]
        for one in found:
            self._draft.put(one.delivery_id, one)
        return sorted(found, key=lambda one: one.delivery_id)

    def _due(self, now: datetime) -> list[Delivery]:
        waiting = list(self._waiting())
        first: dict[Stream, int] = {}
        for one in waiting:
            first[_stream(one)] = min(one.sequence, first.get(_stream(one), one.sequence))
        in_turn = (one for one in waiting if self.has_its_turn(one, first[_stream(one)]))
        due = ((one.next_try_at, one) for one in in_turn if one.next_try_at)
        return [one for at, one in sorted(due, key=lambda known: known[0]) if at <= now]

    def has_its_turn(self, waiting: Delivery, first: int) -> bool:
        """`first` is the least that waits of its order, and to whom it goes."""
        return waiting.sequence == first

    async def end(self, sent: Sequence[Delivery], of: Sequence[Delivery]) -> list[Delivery]:
        heard = []
        for ended, claimed in zip(sent, of, strict=True):
            known = self._draft.find(Delivery, ended.delivery_id)
            if known and known.claim == claimed.claim:
                self._draft.put(ended.delivery_id, ended)
                self._let_follow(ended, was_late=claimed.attempts > 1)
                heard.append(ended)
            elif ended.is_delivered:
                heard.append(ended)
        return heard

    def _let_follow(self, ended: Delivery, *, was_late: bool) -> None:
        is_over = ended.state != DeliveryState.PENDING
        if is_over and not was_late:
            return
        at = ended.ended_at if is_over else ended.next_try_at
        for one in list(self._waiting()):
            if _stream(one) == _stream(ended) and one.sequence > ended.sequence:
                self._draft.put(one.delivery_id, replace(one, next_try_at=at))

    async def stop(self, subscription: Subscription) -> None:
        self._draft.put(subscription.subscription_id, subscription)
        self._stop_waiting(subscription.subscription_id, subscription.stopped_at)

    async def give_up(self, name: SubscriptionId, because: str, now: datetime) -> None:
        self._stop_waiting(name, now, because)

    def _stop_waiting(self, name: UUID, at: datetime | None, because: str | None = None) -> None:
        for one in list(self._waiting()):
            if one.subscription_id == name:
                over = replace(one, state=DeliveryState.STOPPED, next_try_at=None, claim=None)
                error = one.error if because is None else because
                self._draft.put(one.delivery_id, replace(over, ended_at=at, error=error))

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        if found := self._draft.find(Delivery, delivery_id):
            return found
        raise UnknownDelivery(delivery_id)

    async def save(self, delivery: Delivery, *, was: Delivery) -> None:
        if delivery == was:
            return
        if (known := self._draft.find(Delivery, was.delivery_id)) is None or _as_read(
            known
        ) != _as_read(was):
            raise Conflict(was.delivery_id)
        self._draft.put(delivery.delivery_id, delivery)
        if delivery.state != DeliveryState.PENDING:
            self._let_follow(delivery, was_late=True)

    async def page(
        self,
        state: DeliveryState | None,
        order_id: OrderId | None,
        before: DeliveryId | None,
        *,
        most: int,
        subscription_id: SubscriptionId | None = None,
    ) -> list[Delivery]:
        found = [
            one
            for one in self._draft.all(Delivery)
            if state in (None, one.state)
            and order_id in (None, one.order_id)
            and (before is None or one.delivery_id < before)
            and subscription_id in (None, one.subscription_id)
        ]
        return sorted(found, key=lambda one: one.delivery_id, reverse=True)[:most]

    def _waiting(self) -> Iterator[Delivery]:
        return (one for one in self._draft.all(Delivery) if one.state == DeliveryState.PENDING)


def _stream(one: Delivery) -> Stream:
    return one.order_id, one.kind, one.subscription_id if one.kind == MERCHANT else None


def _as_read(one: Delivery) -> tuple[object, ...]:
    return one.state, one.attempts, one.give_up_at
