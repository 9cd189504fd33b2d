"""Fulfillment is asked once, and may be of an older release while hosts are changed one by one."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from app.ordering.delivering import Delivering
from app.ordering.wanted import Wanted
from domain.contracts.fulfillment import (
    FindOptions,
    FindPickupPlaces,
    Fulfillment,
    Options,
    PickupPlace,
    PickupPlaces,
    ShippingRate,
)
from domain.contracts.ordering import Destination, WantedMethod
from domain.fulfillment.rates import options_for
from domain.shared.values import Address, Money
from infrastructure.shared.clock import utc_now

COUNTRIES = ("US", "DE", "FR")
PLACE = PickupPlace(place_id="shop", name="The shop", address=Address(address_country="US"))
RATES = tuple(
    ShippingRate(
        rate_id=f"to-{country}",
        country=country,
        service_level="standard",
        title="Standard",
        price=Money(500, "USD"),
    )
    for country in COUNTRIES
)


@dataclass
class Newer:
    """The part of fulfillment that is asked. Tells all that it is asked for."""

    asked: list[str] = field(default_factory=list)

    async def find_options(self, message: FindOptions, /) -> Options:
        self.asked.append("options")
        return options_for(message, RATES, (PLACE,) if message.with_places else None)

    async def find_pickup_places(self, _: FindPickupPlaces, /) -> PickupPlaces:
        self.asked.append("places")
        return PickupPlaces(places=(PLACE,))


class Older(Newer):
    """As before one could ask for more than one country."""

    async def find_options(self, message: FindOptions, /) -> Options:
        known = FindOptions(country=message.country, currency=message.currency)
        return await super().find_options(known)


def to_countries(*countries: str) -> Wanted:
    methods = tuple(
        WantedMethod(
            kind="shipping",
            line_ids=(country,),
            destinations=(Destination(address=Address(address_country=country)),),
        )
        for country in countries
    )
    return Wanted(lines=(), buyer=None, context=None, codes=None, methods=methods)


@pytest.mark.parametrize(
    ("kind", "asks"),
    [(Newer, ["options"]), (Older, ["options", "options", "options", "places"])],
)
async def test_all_countries_and_places_are_asked_for_at_once(
    kind: type[Newer], asks: list[str]
) -> None:
    fulfillment = kind()

    delivery, ways = await Delivering(cast(Fulfillment, fulfillment), utc_now)(
        to_countries(*COUNTRIES), (), COUNTRIES, "USD", ()
    )

    options = [g.options[0].option_id for m in delivery.methods or () for g in m.groups]
    assert options == ["to-US", "to-DE", "to-FR"]
    (told,) = ways.alternatives(dict.fromkeys(COUNTRIES, "Roses"), now=True)
    assert told.text == "Roses can now be picked up at The shop."
    assert fulfillment.asked == asks


async def test_nobody_is_asked_where_delivery_was_not_spoken_of() -> None:
    fulfillment = Newer()

    await Delivering(cast(Fulfillment, fulfillment), utc_now)(
        Wanted(lines=(), buyer=None, context=None, codes=None, methods=None), (), ("a",), "USD", ()
    )

    assert fulfillment.asked == []
