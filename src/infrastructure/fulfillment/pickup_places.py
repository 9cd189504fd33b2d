from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.fulfillment import PickupPlace
from domain.shared.model import Conflict
from domain.shared.values import Address
from infrastructure.fulfillment.tables import places

address_json: TypeAdapter[Address] = TypeAdapter(Address)
ALL = select(places).order_by(places.c.number)


class SqlPickupPlaces:
    """The places to collect goods at, in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> tuple[PickupPlace, ...]:
        rows = (await self._connection.execute(ALL)).mappings()
        return tuple(
            PickupPlace(
                place_id=row["place_id"],
                name=row["name"],
                address=address_json.validate_json(row["address"]),
            )
            for row in rows
        )

    async def put(self, wanted: tuple[PickupPlace, ...]) -> None:
        await self._connection.execute(delete(places))
        rows = [
            {
                "place_id": place.place_id,
                "number": number,
                "name": place.name,
                "address": address_json.dump_json(place.address, exclude_defaults=True).decode(),
            }
            for number, place in enumerate(wanted)
        ]
        if not rows:
            return
        try:
            await self._connection.execute(insert(places), rows)
        except IntegrityError as twin:
            raise Conflict("pickup places") from twin
