from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, bindparam, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.notifications import (
    MERCHANT,
    DeliveryId,
    SubscriptionId,
    UnknownDelivery,
)
from domain.notifications.delivery import IN_FLIGHT, TRIED_FOR, Delivery, DeliveryState
from domain.notifications.subscription import Subscription, subscription_id
from domain.shared.model import Conflict
from domain.shared.values import OrderId
from infrastructure.notifications.audience import Audience
from infrastructure.notifications.merchants import SqlMerchants
from infrastructure.notifications.tables import deliveries, subscriptions
from infrastructure.shared.database.columns import Id, Instant, is_among
from infrastructure.shared.database.engines import note_work
from infrastructure.shared.database.inserts import insert_new

its, earlier = deliveries.c, deliveries.alias("earlier")
IS_PENDING = is_among(its.state, DeliveryState.PENDING)
COMES_BEFORE = exists().where(
    earlier.c.order_id == its.order_id,
    earlier.c.kind == its.kind,
    earlier.c.sequence < its.sequence,
    is_among(earlier.c.state, DeliveryState.PENDING),
    or_(~is_among(its.kind, MERCHANT), earlier.c.subscription_id == its.subscription_id),
)
# Statements of the hot path are built once: building one costs as much as executing it.
WAITING = select(its.delivery_id).where(
    IS_PENDING, its.next_try_at <= bindparam("now", type_=Instant)
)
DUE = WAITING.add_columns(its.subscription_id).where(~COMES_BEFORE).order_by(its.next_try_at)
CLAIM = update(deliveries).where(
    its.delivery_id.in_(bindparam("of_these", expanding=True)),
    IS_PENDING,
    its.next_try_at <= bindparam("of_now", type_=Instant),
)
CLAIMED = select(deliveries).where(its.claim == bindparam("of_claim", type_=its.claim.type))
END = update(deliveries).where(
    its.delivery_id == bindparam("of_delivery"), its.claim == bindparam("of_claim")
)
FOLLOW = update(deliveries).where(
    its.order_id == bindparam("of_order"),
    its.kind == bindparam("of_kind"),
    its.sequence > bindparam("of_sequence"),
    IS_PENDING,
)
FOLLOW_OF_MERCHANT = FOLLOW.where(its.subscription_id == bindparam("of_subscription", type_=Id))


class SqlDeliveryBook:
    """The deliveries in a transaction."""

    def __init__(self, connection: AsyncConnection, audience: Audience | None = None) -> None:
        self._connection = connection
        self.merchants = SqlMerchants(connection, audience or Audience())

    async def subscription(self, client: str, target: str, now: datetime) -> Subscription:
        name = subscription_id(client, target)
        one = select(subscriptions).where(subscriptions.c.subscription_id == name)
        if row := (await self._connection.execute(one)).mappings().first():
            return Subscription(**row)
        return Subscription.opened(client, target, now)

    async def save_subscription(self, subscription: Subscription) -> None:
        one = subscriptions.c.subscription_id == subscription.subscription_id
        changed = update(subscriptions).where(one).values(stopped_at=subscription.stopped_at)
        await self._connection.execute(changed)

    async def keep(self, *kept: Delivery) -> None:
        await self._connection.execute(insert(deliveries), [vars(one) for one in kept])
        if any(one.is_due_at_once for one in kept):
            note_work()

    async def take_due(
        self,
        now: datetime,
        *,
        claim: UUID,
        most: int,
        without: Collection[UUID | None],
        to_each: Callable[[UUID | None], int],
    ) -> list[Delivery]:
        found = await self._connection.execute(_without(without).limit(most), {"now": now})
        if not (these := list(_so_many(found, to_each))):
            return []
        later = {"claim": claim, "next_try_at": now + IN_FLIGHT, "attempts": its.attempts + 1}
        told = {"of_these": these, "of_now": now}
        await self._connection.execute(CLAIM.values(later), told)
        rows = (await self._connection.execute(CLAIMED, {"of_claim": claim})).mappings()
        return sorted(map(_delivery, rows), key=lambda one: one.delivery_id)

    async def end(self, sent: Sequence[Delivery], of: Sequence[Delivery]) -> list[Delivery]:
        at_once, heard = [], []
        for ended, claimed in zip(sent, of, strict=True):
            still_ours = {"of_delivery": claimed.delivery_id, "of_claim": claimed.claim}
            told, was_late = {**_standing(ended), **still_ours}, claimed.attempts > 1
            if not was_late and ended.is_delivered:
                at_once.append(told)  # nothing waits for another time because of it
                heard.append(ended)
            elif (await self._connection.execute(END, told)).rowcount:
                await self._let_follow(ended, was_late=was_late)
                heard.append(ended)
            elif ended.is_delivered:
                heard.append(ended)
        if at_once:
            await self._connection.execute(END, at_once)
            note_work()
        return heard

    async def _let_follow(self, ended: Delivery, *, was_late: bool) -> None:
        """What waits behind it need not be looked at before it has its turn."""
        behind = {
            "of_order": ended.order_id,
            "of_kind": ended.kind,
            "of_sequence": ended.sequence,
        }
        follow = FOLLOW
        if ended.kind == MERCHANT:
            follow, behind = FOLLOW_OF_MERCHANT, behind | {"of_subscription": ended.subscription_id}
        if ended.state == DeliveryState.PENDING:
            await self._connection.execute(follow, {**behind, "next_try_at": ended.next_try_at})
        elif was_late:
            await self._connection.execute(follow, {**behind, "next_try_at": ended.ended_at})
        note_work()

    async def stop(self, subscription: Subscription) -> None:
        if not await insert_new(self._connection, subscriptions, vars(subscription)):
            await self.save_subscription(subscription)
        await self._stop_waiting(subscription.subscription_id, ended_at=subscription.stopped_at)

    async def give_up(self, subscription_id: SubscriptionId, because: str, now: datetime) -> None:
        await self._stop_waiting(subscription_id, ended_at=now, error=because)

    async def _stop_waiting(self, subscription_id: UUID, **more: object) -> None:
        waiting = update(deliveries).where(its.subscription_id == subscription_id, IS_PENDING)
        over = {"state": DeliveryState.STOPPED, "next_try_at": None, "claim": None}
        await self._connection.execute(waiting.values(**over, **more))

    async def replay(
        self, subscription_id: SubscriptionId, beyond: UUID, now: datetime, *, most: int
    ) -> list[DeliveryId]:
        is_over = (
            its.subscription_id == subscription_id,
            its.delivery_id > beyond,
            ~IS_PENDING,
        )
        oldest = select(its.delivery_id).where(*is_over).order_by(its.delivery_id).limit(most)
        found = list((await self._connection.execute(oldest)).scalars())
        if found:
            again = {
                "state": DeliveryState.PENDING,
                "attempts": 0,
                "next_try_at": now,
                "give_up_at": now + TRIED_FOR,
                "claim": None,
                "ended_at": None,
            }
            these = update(deliveries).where(its.delivery_id.in_(found), ~IS_PENDING)
            await self._connection.execute(these.values(again))
            note_work()
        return found

    async def get(self, delivery_id: DeliveryId) -> Delivery:
        one = select(deliveries).where(its.delivery_id == delivery_id)
        if row := (await self._connection.execute(one)).mappings().first():
            return _delivery(row)
        raise UnknownDelivery(delivery_id)

    async def save(self, delivery: Delivery, *, was: Delivery) -> None:
        if delivery == was:
            return
        unchanged = (
            its.delivery_id == was.delivery_id,
            its.state == was.state,
            its.attempts == was.attempts,
            its.give_up_at == was.give_up_at,
        )
        changed = {**_standing(delivery), "attempts": delivery.attempts}
        changed |= {"give_up_at": delivery.give_up_at}
        saved = await self._connection.execute(update(deliveries).where(*unchanged).values(changed))
        if not saved.rowcount:
            raise Conflict(delivery.delivery_id)
        if delivery.state != DeliveryState.PENDING:
            await self._let_follow(delivery, was_late=True)
        note_work()

    async def page(
        self,
        state: DeliveryState | None,
        order_id: OrderId | None,
        before: DeliveryId | None,
        *,
        most: int,
        subscription_id: SubscriptionId | None = None,
    ) -> list[Delivery]:
        where = [
            *([its.subscription_id == subscription_id] if subscription_id else []),
            *([is_among(its.state, state)] if state else []),
            *([its.order_id == order_id] if order_id else []),
            *([its.delivery_id < before] if before else []),
        ]
        newest = select(deliveries).where(*where).order_by(its.delivery_id.desc()).limit(most)
        return [_delivery(row) for row in (await self._connection.execute(newest)).mappings()]


def _so_many(due: Iterable[Any], to_each: Callable[[UUID | None], int]) -> Iterator[UUID]:
    number = Counter[UUID | None]()
    for delivery_id, who in due:
        if number[who] < to_each(who):
            number[who] += 1
            yield delivery_id


def _without(passed_over: Collection[UUID | None]) -> Any:
    if not passed_over:
        return DUE
    some = [who for who in passed_over if who]
    is_other: list[ColumnElement[bool]] = []
    if some:
        is_mail = its.subscription_id.is_(None)
        is_other.append(or_(is_mail, its.subscription_id.not_in(some)))
    if None in passed_over:
        is_other.append(its.subscription_id.is_not(None))
    return DUE.where(*is_other)


def _standing(delivery: Delivery) -> dict[str, object]:
    """What changes of a delivery while it is sent."""
    return {
        "state": delivery.state,
        "next_try_at": delivery.next_try_at,
        "claim": delivery.claim,
        "ended_at": delivery.ended_at,
        "error": delivery.error,
    }


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(**{**row, "state": DeliveryState(row["state"])})
