"""The `Fulfillment` contract: one set of promises, kept near, through the wire, and far."""

from asyncio import gather
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from uuid import uuid4

import pytest

from app.fulfillment.open_shipment import OpenShipment
from domain.contracts.fulfillment import (
    AlreadyCancelled,
    AlreadyLeft,
    Cancel,
    Cancelled,
    FindOptions,
    FindShipment,
    Fulfillment,
    KeyReused,
    MoreThanOrdered,
    NoShipment,
    PutShippingRates,
    ShippingRatesPut,
    UnfitParcel,
    UnfitShippingRate,
)
from domain.shared.values import OrderId
from infrastructure.fulfillment.dispatch import SqlDispatch
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import Engines, transaction
from tests.conftest import KeptHouse
from tests.fulfillment.builders import a_rate, an_order, placed, to_ship

Opened = Callable[[], Awaitable[OrderId]]


@pytest.fixture
def fulfillment(house: KeptHouse) -> Fulfillment:
    return house.contract(Fulfillment)


@pytest.fixture
async def opened(house: KeptHouse) -> AsyncIterator[Opened]:
    """Open a shipment of three teas, as the event of an order does."""
    engines = Engines()
    begin = partial(transaction, engines.at(house.database), SqlDispatch)

    async def one() -> OrderId:
        order = an_order()

        async def open_it() -> None:
            async with begin() as dispatch:
                await OpenShipment()(dispatch, placed(order, tea=3))

        await again(open_it)
        return order

    yield one
    await engines.close()


async def test_rates_are_set_and_offered(fulfillment: Fulfillment) -> None:
    level = uuid4().hex
    here = a_rate(f"here-{level}", country="FR", level=level, currency="CHF")
    elsewhere = a_rate(f"else-{level}", level=level, currency="CHF")
    message = PutShippingRates(rates=(here, elsewhere))

    for _ in range(2):
        assert await fulfillment.put_shipping_rates(message) == ShippingRatesPut(rates=2)

    for country, rate in (("FR", here), ("IT", elsewhere), ("no country", elsewhere)):
        found = await fulfillment.find_options(FindOptions(country=country, currency="CHF"))
        assert [one for one in found.options if one.service_level == level] == [rate]
    nothing = await fulfillment.find_options(FindOptions(country="FR", currency="no money"))
    assert nothing.options == ()


async def test_rates_are_set_all_or_none(fulfillment: Fulfillment) -> None:
    level = uuid4().hex
    good = a_rate(f"good-{level}", level=level, currency="NOK")

    with pytest.raises(UnfitShippingRate):
        await fulfillment.put_shipping_rates(
            PutShippingRates(rates=(good, a_rate("bad", units=-1)))
        )

    found = await fulfillment.find_options(FindOptions(country="NO", currency="NOK"))
    assert good not in found.options


async def test_ships_once_under_a_key(fulfillment: Fulfillment, opened: Opened) -> None:
    order = await opened()

    first = await fulfillment.ship(to_ship(order, tea=2))

    assert await fulfillment.ship(to_ship(order, tea=2)) == first
    with pytest.raises(MoreThanOrdered) as refused:
        await fulfillment.ship(to_ship(order, "second", tea=2))
    assert refused.value.units_left == 1


async def test_the_same_asked_at_once_is_one_parcel(
    fulfillment: Fulfillment, opened: Opened
) -> None:
    order = await opened()

    said = await gather(*(fulfillment.ship(to_ship(order)) for _ in range(4)))

    assert len({shipped.parcel.parcel_id for shipped in said}) == 1


async def test_what_was_never_opened_cannot_be_shipped(fulfillment: Fulfillment) -> None:
    with pytest.raises(NoShipment):
        await fulfillment.ship(to_ship(an_order()))
    with pytest.raises(UnfitParcel):
        await fulfillment.ship(to_ship(an_order(), key=""))


@pytest.mark.parametrize("was_opened", [True, False])
async def test_what_is_cancelled_is_never_shipped(
    fulfillment: Fulfillment, opened: Opened, *, was_opened: bool
) -> None:
    order = await opened() if was_opened else an_order()

    for _ in range(2):
        assert await fulfillment.cancel(Cancel(order_id=order)) == Cancelled(order_id=order)

    with pytest.raises(AlreadyCancelled):
        await fulfillment.ship(to_ship(order))


async def test_what_has_left_is_not_cancelled(fulfillment: Fulfillment, opened: Opened) -> None:
    order = await opened()
    await fulfillment.ship(to_ship(order, tea=1))

    with pytest.raises(AlreadyLeft):
        await fulfillment.cancel(Cancel(order_id=order))

    (rest,) = (await fulfillment.ship(to_ship(order, "rest"))).parcel.lines
    assert rest.quantity.units == 2


async def test_what_is_to_be_shipped_and_was_is_found(
    fulfillment: Fulfillment, opened: Opened
) -> None:
    order = await opened()
    sent = await fulfillment.ship(to_ship(order, tea=2))

    found = await fulfillment.find_shipment(FindShipment(order_id=order))

    assert found.parcels == (sent.parcel,)
    assert [(line.units_ordered, line.units_shipped) for line in found.lines] == [(3, 2)]
    with pytest.raises(NoShipment):
        await fulfillment.find_shipment(FindShipment(order_id=an_order()))


async def test_the_key_of_one_parcel_does_not_send_another(
    fulfillment: Fulfillment, opened: Opened
) -> None:
    order = await opened()
    await fulfillment.ship(to_ship(order, tea=2))

    with pytest.raises(KeyReused):
        await fulfillment.ship(to_ship(order, tea=1))
