from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.fulfillment import (
    KeptShippingRate,
    PickupPlace,
    ShippingRate,
    ShippingRateExists,
    UnknownShippingRate,
)
from domain.fulfillment.rates import edited
from domain.shared.ids import first_version
from domain.shared.model import Conflict
from domain.shared.values import Money
from infrastructure.fulfillment.reach import reached
from infrastructure.fulfillment.tables import rates
from infrastructure.shared.database.inserts import insert_new

# Built once: building it costs as much as executing it.
OFFERED = select(rates).where(
    rates.c.country.in_(bindparam("countries", expanding=True)),
    rates.c.currency == bindparam("of_currency"),
)
Change = tuple[KeptShippingRate, KeptShippingRate]
"""A rate as it was, and as it is to be."""


class SqlShippingRates:
    """The shipping rates in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def offered(self, countries: Sequence[str], currency: str) -> list[ShippingRate]:
        wanted = {"countries": list(countries), "of_currency": currency}
        found = await self._connection.execute(OFFERED, wanted)
        return [_kept(row).rate for row in found.mappings()]

    async def offered_with_places(
        self, countries: Sequence[str], currency: str
    ) -> tuple[list[ShippingRate], tuple[PickupPlace, ...]]:
        return await reached(self._connection, countries, currency)

    async def put(self, wanted: Sequence[ShippingRate]) -> None:
        found = await self._read(rates.c.rate_id.in_([rate.rate_id for rate in wanted]))
        known = {kept.rate.rate_id: kept for kept in found}
        if new := [_first(rate) for rate in wanted if rate.rate_id not in known]:
            try:
                await self._connection.execute(insert(rates), [_row(kept) for kept in new])
            except IntegrityError as exists:
                raise Conflict("rates") from exists
        in_order = sorted(wanted, key=lambda rate: rate.rate_id)  # one for all: no deadlock
        standing = [(was, rate) for rate in in_order if (was := known.get(rate.rate_id))]
        await self._change([(was, edited(was, rate, None)) for was, rate in standing])

    async def get(self, rate_id: str) -> KeptShippingRate:
        for found in await self._read(rates.c.rate_id == rate_id):
            return found
        raise UnknownShippingRate(rate_id)

    async def page(self, after: str | None, most: int) -> list[KeptShippingRate]:
        some = select(rates).order_by(rates.c.rate_id).limit(most)
        page = some.where(rates.c.rate_id > after) if after else some
        return [_kept(row) for row in (await self._connection.execute(page)).mappings()]

    async def add(self, rate: ShippingRate) -> KeptShippingRate:
        new = _first(rate)
        if not await insert_new(self._connection, rates, _row(new)):
            raise ShippingRateExists(rate.rate_id)
        return new

    async def save(self, was: KeptShippingRate, now: KeptShippingRate) -> None:
        await self._change([(was, now)])

    async def remove(self, was: KeptShippingRate) -> None:
        its = rates.c
        one = delete(rates).where(its.rate_id == was.rate.rate_id, its.version == was.version)
        if not (await self._connection.execute(one)).rowcount:
            raise Conflict(was.rate.rate_id)

    async def _change(self, changes: Sequence[Change]) -> None:
        rows = [
            {**_row(now), "its_id": was.rate.rate_id, "its_version": was.version}
            for was, now in changes
            if now != was
        ]
        if not rows:
            return
        its = rates.c
        one = update(rates).where(
            its.rate_id == bindparam("its_id"), its.version == bindparam("its_version")
        )
        if (await self._connection.execute(one, rows)).rowcount != len(rows):
            raise Conflict("rates")

    async def _read(self, which: ColumnElement[bool]) -> list[KeptShippingRate]:
        rows = await self._connection.execute(select(rates).where(which))
        return [_kept(row) for row in rows.mappings()]


def _first(rate: ShippingRate) -> KeptShippingRate:
    return KeptShippingRate(rate=rate, version=first_version())


def _kept(row: RowMapping) -> KeptShippingRate:
    rate = ShippingRate(
        rate_id=row["rate_id"],
        country=row["country"],
        service_level=row["service_level"],
        title=row["title"],
        price=Money(row["minor_units"], row["currency"]),
        carrier=row["carrier"],
        description=row["description"],
        earliest_days=row["earliest_days"],
        latest_days=row["latest_days"],
    )
    return KeptShippingRate(rate=rate, version=row["version"])


def _row(kept: KeptShippingRate) -> dict[str, Any]:
    rate = kept.rate
    return {
        "rate_id": rate.rate_id,
        "country": rate.country,
        "service_level": rate.service_level,
        "title": rate.title,
        "minor_units": rate.price.minor_units,
        "currency": rate.price.currency,
        "carrier": rate.carrier,
        "description": rate.description,
        "earliest_days": rate.earliest_days,
        "latest_days": rate.latest_days,
        "version": kept.version,
    }
