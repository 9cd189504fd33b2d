from collections.abc import Mapping
from datetime import datetime
from json import dumps, loads
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.notifications import SubscriptionId, UnknownSubscription
from domain.notifications.merchant_subscription import FormerSecret, MerchantSubscription
from domain.shared.model import Conflict
from infrastructure.notifications.audience import Audience
from infrastructure.notifications.tables import merchants, outbox
from infrastructure.shared.database.inserts import insert_new
from infrastructure.shared.events.outbox import append_events

its = merchants.c
ALL = select(merchants)
COLUMNS = tuple(column.name for column in merchants.columns)


class SqlMerchants:
    """The subscriptions of merchants in a transaction."""

    def __init__(self, connection: AsyncConnection, audience: Audience) -> None:
        self._connection, self._audience = connection, audience
        self._read: dict[SubscriptionId, dict[str, Any]] = {}

    async def find(self, subscription_id: SubscriptionId) -> MerchantSubscription | None:
        found = await self._some(ALL.where(its.subscription_id == subscription_id))
        return found[0] if found else None

    async def get(self, subscription_id: SubscriptionId) -> MerchantSubscription:
        if found := await self.find(subscription_id):
            return found
        raise UnknownSubscription(subscription_id)

    async def find_by_key(self, key: str) -> MerchantSubscription | None:
        found = await self._some(ALL.where(its.key == key))
        return found[0] if found else None

    async def all(self) -> list[MerchantSubscription]:
        if not self._audience.may_be_there:
            return []
        found = await self._some(ALL)
        self._audience.note(is_there=bool(found))
        return found

    async def number(self) -> int:
        counted = select(func.count()).select_from(merchants)
        return int((await self._connection.execute(counted)).scalar_one())

    async def page(self, after: SubscriptionId | None, most: int) -> list[MerchantSubscription]:
        some = ALL.order_by(its.subscription_id).limit(most)
        return await self._some(some.where(its.subscription_id > after) if after else some)

    async def add(self, subscription: MerchantSubscription) -> bool:
        self._audience.note(is_there=True)
        subscription.version = 1
        return await insert_new(self._connection, merchants, _row(subscription))

    async def save(self, subscription: MerchantSubscription) -> None:
        name, row = subscription.subscription_id, _row(subscription)
        if row == self._read[name]:
            return
        row["version"] = subscription.version + 1
        same = (its.subscription_id == name, its.version == subscription.version)
        if not (
            await self._connection.execute(update(merchants).where(*same).values(row))
        ).rowcount:
            raise Conflict(name)
        subscription.version += 1
        await append_events(self._connection, outbox, str(name), subscription)

    async def delete(self, subscription: MerchantSubscription) -> None:
        same = (
            its.subscription_id == subscription.subscription_id,
            its.version == subscription.version,
        )
        if not (await self._connection.execute(delete(merchants).where(*same))).rowcount:
            raise Conflict(subscription.subscription_id)

    async def _some(self, wanted: Any) -> list[MerchantSubscription]:
        rows = (await self._connection.execute(wanted)).mappings()
        found = [_subscription(row) for row in rows]
        self._read |= {one.subscription_id: _row(one) for one in found}
        return found


def _row(subscription: MerchantSubscription) -> dict[str, Any]:
    former = [[one.sealed, one.until.isoformat()] for one in subscription.former]
    told = {name: getattr(subscription, name) for name in COLUMNS}
    return {**told, "events": " ".join(subscription.events), "former": dumps(former)}


def _subscription(row: Mapping[Any, Any]) -> MerchantSubscription:
    former = tuple(
        FormerSecret(sealed=sealed, until=datetime.fromisoformat(until))
        for sealed, until in loads(row["former"])
    )
    return MerchantSubscription(**{**row, "events": tuple(row["events"].split()), "former": former})
