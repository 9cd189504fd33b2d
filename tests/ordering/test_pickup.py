"""Goods that buyers collect themselves, alone or beside what is sent."""

from asyncio import gather
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.contracts.fulfillment import (
    FindOptions,
    FindPickupPlaces,
    Fulfillment,
    PickupPlace,
    PickupPlaces,
    PutPickupPlaces,
    PutShippingRates,
    UnfitPickupPlace,
)
from domain.contracts.ordering import (
    Buyer,
    CreateCheckout,
    Destination,
    FindCheckout,
    FindOrder,
    Ordering,
    WantedGroup,
    WantedMethod,
)
from domain.shared.values import Address, CheckoutId, Money
from tests.conftest import KeptHouse
from tests.ordering.builders import HOME
from tests.ordering.shelf import RATE, Shelf, a_request, checkout_of, complete, order_of

HERE = Address(street_address="Kai 1", address_country="US")
SHOP = PickupPlace(place_id="shop", name="The shop", address=HERE)
STALL = PickupPlace(place_id="stall", name="The stall", address=HERE)


@pytest.fixture
async def shelf(house: KeptHouse) -> AsyncIterator[Shelf]:
    fulfillment = house.contract(Fulfillment)
    await fulfillment.put_pickup_places(PutPickupPlaces(places=(SHOP, STALL)))
    yield await Shelf.stocked(house)
    await fulfillment.put_pickup_places(PutPickupPlaces(places=()))


@pytest.fixture
def ordering(shelf: Shelf) -> Ordering:
    return shelf.ordering


def collected(place: str | None, **more: object) -> WantedMethod:
    group = WantedGroup(selected_option_id=f"pickup-{place}")
    method = WantedMethod(kind="pickup", selected_destination_id=place, groups=(group,))
    return replace(method, **more)  # type: ignore[arg-type]  # as each test needs it


async def opened(shelf: Shelf, *methods: WantedMethod) -> CheckoutId:
    mine, hers = shelf.lines()[0], shelf.lines(2)[0]
    message = CreateCheckout(
        request=a_request("create_checkout"),
        lines=(replace(mine, line_id="mine"), replace(hers, line_id="hers")),
        buyer=Buyer(email="ada@example.org"),
        methods=methods,
    )
    return checkout_of(await shelf.ordering.create_checkout(message))


@pytest.mark.usefixtures("shelf")
async def test_places_are_put_as_a_whole(house: KeptHouse) -> None:
    fulfillment, find = house.contract(Fulfillment), FindPickupPlaces()

    nowhere = replace(STALL, address=Address(street_address="Kai 1"))
    for unfit in ((STALL, STALL), (nowhere,)):
        with pytest.raises(UnfitPickupPlace):
            await fulfillment.put_pickup_places(PutPickupPlaces(places=unfit))

    assert await fulfillment.find_pickup_places(find) == PickupPlaces(places=(SHOP, STALL))
    await fulfillment.put_pickup_places(PutPickupPlaces(places=(STALL,)))
    assert await fulfillment.find_pickup_places(find) == PickupPlaces(places=(STALL,))


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("currency", ["SEK", "no money"])
async def test_what_holds_for_many_countries_is_told_at_once(
    house: KeptHouse, currency: str
) -> None:
    fulfillment, countries = house.contract(Fulfillment), ("SE", "no country", "FI", "")
    rates = [
        replace(RATE, rate_id=f"of-{country}", country=country, price=Money(units, "SEK"))
        for country, units in (("SE", 9), ("FI", 7), ("default", 5))
    ]
    await fulfillment.put_shipping_rates(PutShippingRates(rates=tuple(rates)))

    one_by_one = [
        await fulfillment.find_options(FindOptions(country=country, currency=currency))
        for country in countries
    ]
    at_once = await fulfillment.find_options(
        FindOptions(country="SE", currency=currency, countries=countries[1:], with_places=True)
    )

    assert at_once.options == one_by_one[0].options
    assert [(one.country, one.options) for one in at_once.elsewhere] == [
        (country, told.options) for country, told in zip(countries[1:], one_by_one[1:], strict=True)
    ]
    assert at_once.places == (SHOP, STALL)
    assert one_by_one[0].places is None


@pytest.mark.usefixtures("shelf")
async def test_of_two_who_put_places_at_once_one_is_the_last(house: KeptHouse) -> None:
    fulfillment = house.contract(Fulfillment)
    for number in range(5):
        either = [
            PickupPlaces(places=(replace(SHOP, place_id=f"{who}-{number}"),)) for who in "abc"
        ]

        await gather(
            *(fulfillment.put_pickup_places(PutPickupPlaces(places=e.places)) for e in either)
        )

        assert await fulfillment.find_pickup_places(FindPickupPlaces()) in either


@pytest.mark.ucp("FUL-2", "FUL-3", "FUL-7", "FUL-8", "ORD-5")
async def test_some_is_collected_and_the_rest_is_sent(ordering: Ordering, shelf: Shelf) -> None:
    sent = WantedMethod(
        kind="shipping",
        destinations=(Destination(address=HOME),),
        groups=(WantedGroup(selected_option_id=RATE.rate_id),),
    )

    checkout = await opened(shelf, collected("stall", line_ids=("hers",)), sent)
    answer = await ordering.complete_checkout(complete(checkout))

    order = await ordering.find_order(FindOrder(order_id=order_of(answer)))
    assert [(t.text, t.amount) for t in order.totals if t.kind == "fulfillment"] == [
        ("Pick up at The stall", 0),
        ("Standard Shipping", 500),
    ]
    assert [(e.method_kind, e.destination, e.lines[0].units) for e in order.expectations] == [
        ("pickup", HERE, 2),
        ("shipping", HOME, 1),
    ]


@pytest.mark.ucp("CHK-32", "FUL-12")
async def test_a_way_that_nothing_goes_is_in_the_way_of_an_order(
    ordering: Ordering, shelf: Shelf
) -> None:
    sent = WantedMethod(
        kind="shipping",
        destinations=(Destination(address=HOME),),
        groups=(WantedGroup(selected_option_id=RATE.rate_id),),
    )
    checkout = await opened(shelf, sent, collected("stall", line_ids=("nobodys",)))

    await ordering.complete_checkout(complete(checkout))

    details = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert (details.status, details.order_id) == ("incomplete", None)
    assert [notice.code for notice in details.notices] == ["unsupported"]


@pytest.mark.ucp("FUL-12", "FUL-14")
async def test_a_place_is_chosen_and_may_be_gone(
    ordering: Ordering, house: KeptHouse, shelf: Shelf
) -> None:
    open_ = await opened(shelf, collected(None, groups=None))
    chosen = await opened(shelf, collected("shop"))

    unchosen = await ordering.find_checkout(FindCheckout(checkout_id=open_))
    await house.contract(Fulfillment).put_pickup_places(PutPickupPlaces(places=()))
    await ordering.complete_checkout(complete(chosen))

    (method,) = unchosen.methods or ()
    assert [place.name for place in method.destinations] == ["The shop", "The stall"]
    assert [n.path for n in unchosen.notices] == ["fulfillment.methods[0].selected_destination_id"]
    gone = await ordering.find_checkout(FindCheckout(checkout_id=chosen))
    assert (gone.status, gone.order_id) == ("incomplete", None)


@pytest.mark.ucp("FUL-7")
async def test_nothing_is_collected_where_there_is_no_place(
    ordering: Ordering, house: KeptHouse, shelf: Shelf
) -> None:
    await house.contract(Fulfillment).put_pickup_places(PutPickupPlaces(places=()))

    checkout = await opened(shelf, collected("shop"))

    found = await ordering.find_checkout(FindCheckout(checkout_id=checkout))
    assert "unsupported" in [notice.code for notice in found.notices]
