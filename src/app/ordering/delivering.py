"""How the goods of a basket get to the buyer, for which fulfillment is asked as seldom as can be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.ordering.wanted import Wanted
from domain.contracts.fulfillment import (
    FindOptions,
    FindPickupPlaces,
    Fulfillment,
    PickupPlace,
    ShippingRate,
)
from domain.contracts.ordering import Alternative, Destination, Method, Option
from domain.ordering import arrival
from domain.ordering.alternatives import collectable, others, sendable
from domain.ordering.delivery import choose, is_collected
from domain.ordering.places import PICKUP, Delivery, chosen_address, country_of, supposed
from domain.ordering.ways import at_the_place, offer
from domain.shared.clock import Clock

Offered = dict[str, tuple[Option, ...]]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How goods can get anywhere: what is offered by country, and where they can be collected.

    `collected` and `sent` are lines that go otherwise, and of which it matters that they could.
    """

    offered: Offered
    places: tuple[Destination, ...]
    collected: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    country: str = ""

    def of(self, method: Method) -> tuple[Option, ...]:
        """Those to where it goes, once that is chosen."""
        if method.kind == PICKUP:
            return at_the_place(method)
        country = country_of(chosen_address(method))
        return self.offered.get(country, ()) if country else ()

    def alternatives(self, titles: Mapping[str, str], *, now: bool) -> tuple[Alternative, ...]:
        """Told of whoever speaks of delivery; what is bought is chosen, and needs none."""
        found: tuple[Alternative, ...] = ()
        if self.sent and self.offered.get(self.country):
            found += sendable(self.sent, self.country, titles, now=now)
        if self.collected and self.places:
            found += collectable(self.collected, self.places, titles, now=now)
        return found


@dataclass(frozen=True)
class Delivering:
    fulfillment: Fulfillment
    clock: Clock

    async def __call__(
        self,
        wanted: Wanted,
        stored: Sequence[Destination],
        line_ids: tuple[str, ...],
        currency: str,
        apart: Sequence[str],
    ) -> tuple[Delivery, Ways]:
        known = wanted.known.methods if wanted.known else None
        collects = is_collected(wanted.methods) or is_collected(known)
        places = await self._places() if collects and not wanted.is_estimate else ()
        delivery = choose(
            wanted.methods,
            known=known,
            stored=stored,
            line_ids=line_ids,
            is_merge=wanted.is_merge,
            places=places,
            apart=apart,
        )
        ways = await self._ways(wanted, delivery, line_ids, currency, places if collects else None)
        offered = [ways.of(method) for method in delivery.methods or ()]
        return offer(delivery, offered, known=known), ways

    async def _ways(
        self,
        wanted: Wanted,
        delivery: Delivery,
        line_ids: tuple[str, ...],
        currency: str,
        places: tuple[Destination, ...] | None,
    ) -> Ways:
        """All that matters, in one call; without `places`, those that there are."""
        methods = delivery.methods or ()
        tells = delivery.methods is not None and wanted.checks_stock and not wanted.is_estimate
        sent = others("shipping", methods, line_ids) if tells else ()
        collected = others(PICKUP, methods, line_ids) if tells else ()
        country = country_of(supposed(wanted.context)) or ""
        goes_to = [
            there
            for method in methods
            if method.kind != PICKUP and method.line_ids
            if (there := country_of(chosen_address(method)))
        ]
        countries = tuple(dict.fromkeys([*goes_to, *([country] if sent else [])]))
        offered, found = await self._reach(
            countries, currency, with_places=places is None and bool(collected)
        )
        return Ways(
            offered=offered,
            places=found if places is None else places,
            collected=collected,
            sent=sent,
            country=country,
        )

    async def _reach(
        self, countries: tuple[str, ...], currency: str, *, with_places: bool
    ) -> tuple[Offered, tuple[Destination, ...]]:
        if not countries:
            return {}, await self._places() if with_places else ()
        first, *rest = countries
        now = self.clock()
        found = await self.fulfillment.find_options(
            FindOptions(
                country=first, currency=currency, countries=tuple(rest), with_places=with_places
            )
        )
        offered = {first: _options(found.options, now)}
        offered |= {one.country: _options(one.options, now) for one in found.elsewhere}
        for untold in countries[len(offered) :]:  # by an older release, which knows but the first
            more = await self.fulfillment.find_options(
                FindOptions(country=untold, currency=currency)
            )
            offered[untold] = _options(more.options, now)
        if not with_places:
            return offered, ()
        told = found.places
        return offered, await self._places() if told is None else _destinations(told)

    async def _places(self) -> tuple[Destination, ...]:
        found = await self.fulfillment.find_pickup_places(FindPickupPlaces())
        return _destinations(found.places)


def _destinations(places: Iterable[PickupPlace]) -> tuple[Destination, ...]:
    return tuple(
        Destination(destination_id=one.place_id, name=one.name, address=one.address)
        for one in places
    )


def _options(rates: Iterable[ShippingRate], now: datetime) -> tuple[Option, ...]:
    return tuple(
        Option(
            option_id=rate.rate_id,
            service_level=rate.service_level,
            title=rate.title,
            price=rate.price.minor_units,
            carrier=rate.carrier,
            description=rate.description,
            earliest_at=arrival.earliest(rate.earliest_days, now),
            latest_at=arrival.latest(rate.latest_days, now),
        )
        for rate in rates
    )
