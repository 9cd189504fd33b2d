"""Where goods can be sent and at what rates, and where they can be collected, in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Row,
    Select,
    String,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.fulfillment import PickupPlace, ShippingRate
from domain.shared.values import Money
from infrastructure.fulfillment.pickup_places import address_json
from infrastructure.fulfillment.tables import places, rates

RATE, PLACE = "rate", "place"


def _rates() -> Select[Any]:
    its = rates.c
    return select(
        literal(RATE).label("part"),
        its.rate_id.label("key"),
        its.title.label("title"),
        its.minor_units.label("number"),
        its.country.label("country"),
        its.service_level.label("service_level"),
        its.currency.label("currency"),
        its.carrier.label("carrier"),
        its.description.label("description"),
        its.earliest_days.label("earliest_days"),
        its.latest_days.label("latest_days"),
        cast(null(), Text).label("address"),
    ).where(
        its.country.in_(bindparam("countries", expanding=True)),
        its.currency == bindparam("of_currency"),
    )


def _places() -> Select[Any]:
    its = places.c
    return select(
        literal(PLACE),
        its.place_id,
        its.name,
        cast(its.number, BigInteger),
        literal(""),
        literal(""),
        literal(""),
        cast(null(), String(64)),
        cast(null(), String(500)),
        cast(null(), Integer),
        cast(null(), Integer),
        its.address,
    )


REACH = union_all(_rates(), _places())  # built once: building it costs as much as executing it


async def reached(
    connection: AsyncConnection, countries: Sequence[str], currency: str
) -> tuple[list[ShippingRate], tuple[PickupPlace, ...]]:
    told = {"countries": list(countries), "of_currency": currency}
    rows = (await connection.execute(REACH, told)).all()
    found = sorted((row for row in rows if row.part == PLACE), key=lambda row: row.number)
    return [_rate(row) for row in rows if row.part == RATE], tuple(map(_place, found))


def _rate(row: Row[Any]) -> ShippingRate:
    return ShippingRate(
        rate_id=row.key,
        country=row.country,
        service_level=row.service_level,
        title=row.title,
        price=Money(row.number, row.currency),
        carrier=row.carrier,
        description=row.description,
        earliest_days=row.earliest_days,
        latest_days=row.latest_days,
    )


def _place(row: Row[Any]) -> PickupPlace:
    address = address_json.validate_json(row.address)
    return PickupPlace(place_id=row.key, name=row.title, address=address)
