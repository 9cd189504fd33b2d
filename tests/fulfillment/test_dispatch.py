"""Shipments on a real database."""

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.fulfillment.open_shipment import OpenShipment
from domain.contracts.fulfillment import NoShipment, Ship
from domain.fulfillment.ports import Begin
from domain.fulfillment.shipment import Shipment
from domain.shared.model import Conflict
from infrastructure.fulfillment.dispatch import SqlDispatch
from infrastructure.fulfillment.tables import outbox
from infrastructure.shared.database.engines import transaction
from tests.fulfillment.builders import NOW, an_order, placed, to_ship


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlDispatch)


async def opened(begin: Begin, **units: int) -> Shipment:
    order = an_order()
    async with begin() as dispatch:
        await OpenShipment()(dispatch, placed(order, **units))
    async with begin() as dispatch:
        return await dispatch.get(order)


async def test_a_shipment_comes_back_whole(begin: Begin) -> None:
    shipment = await opened(begin, tea=3, cup=1)
    first = Ship(
        order_id=shipment.order_id,
        key="first",
        lines=to_ship(shipment.order_id, tea=2).lines,
        tracking_number="1Z",
        tracking_url="https://post.example/1Z",
        carrier="Post",
    )
    async with begin() as dispatch:
        shipment = await dispatch.get(shipment.order_id)
        shipment.ship(first, NOW)
        await dispatch.save(shipment)
        shipment.ship(to_ship(shipment.order_id, "second", cup=1), NOW)
        await dispatch.save(shipment)

    async with begin() as dispatch:
        assert await dispatch.get(shipment.order_id) == shipment


async def test_a_tombstone_comes_back_and_keeps_the_shipment_from_being_opened(
    begin: Begin,
) -> None:
    order = an_order()
    async with begin() as dispatch:
        assert await dispatch.add(Shipment.never(order))

    async with begin() as dispatch:
        await OpenShipment()(dispatch, placed(order, tea=1))

    async with begin() as dispatch:
        shipment = await dispatch.get(order)
    assert shipment.is_cancelled
    assert shipment.lines == ()


async def test_opening_again_changes_nothing(begin: Begin) -> None:
    shipment = await opened(begin, tea=3)

    async with begin() as dispatch:
        await OpenShipment()(dispatch, placed(shipment.order_id, tea=3))

    async with begin() as dispatch:
        assert await dispatch.get(shipment.order_id) == shipment


async def test_an_order_without_delivery_has_no_shipment(begin: Begin) -> None:
    order = an_order()

    async with begin() as dispatch:
        await OpenShipment()(dispatch, placed(order, ebook=1))

    with pytest.raises(NoShipment):
        async with begin() as dispatch:
            await dispatch.get(order)


async def test_the_second_of_two_writers_is_told(begin: Begin) -> None:
    order = (await opened(begin, tea=3)).order_id

    async with begin() as dispatch:
        mine, theirs = await dispatch.get(order), await dispatch.get(order)
        theirs.cancel()
        await dispatch.save(theirs)

        mine.ship(to_ship(order), NOW)
        with pytest.raises(Conflict):
            await dispatch.save(mine)


async def test_a_failed_transaction_leaves_no_trace(begin: Begin, engine: AsyncEngine) -> None:
    shipment = await opened(begin, tea=3)

    async def ship_and_fail() -> None:
        async with begin() as dispatch:
            found = await dispatch.get(shipment.order_id)
            found.ship(to_ship(shipment.order_id), NOW)
            await dispatch.save(found)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ship_and_fail()

    async with begin() as dispatch:
        assert await dispatch.get(shipment.order_id) == shipment
    async with engine.connect() as connection:
        assert (await connection.execute(select(outbox))).all() == []
