from urllib.parse import quote

from fastapi import APIRouter, Response

from app.edge.desk import After, IfMatch, Most, Page, PriceBody, etag, staff
from app.fulfillment.api.bodies import KeptShippingRateBody, ShippingRateBody
from domain.contracts.fulfillment import (
    CreateShippingRate,
    DeleteShippingRate,
    Fulfillment,
    GetShippingRate,
    KeptShippingRate,
    ListShippingRates,
    ShippingRate,
    ShippingRateChanged,
    ShippingRateExists,
    UnfitShippingRate,
    UnknownCursor,
    UnknownShippingRate,
    UpdateShippingRate,
)
from domain.shared.values import Money

ALL, ONE = "/shipping-rates", "/shipping-rates/{rate_id:path}"
UPDATED = staff(
    "update_shipping_rate",
    "fulfillment:write",
    UnfitShippingRate,
    UnknownShippingRate,
    ShippingRateChanged,
    tagged=True,
)


def add_shipping_rates(routes: APIRouter, fulfillment: Fulfillment) -> None:
    @routes.get(ALL, **staff("list_shipping_rates", "fulfillment:read", UnknownCursor))
    async def list_shipping_rates(
        after: After = None, limit: Most = 20
    ) -> Page[KeptShippingRateBody]:
        """What delivering costs, by service level and country."""
        listed = await fulfillment.list_shipping_rates(ListShippingRates(after=after, most=limit))
        return Page(items=tuple(map(_shown, listed.items)), next=listed.next)

    @routes.post(
        ALL,
        **staff(
            "create_shipping_rate",
            "fulfillment:write",
            UnfitShippingRate,
            ShippingRateExists,
            status=201,
            tagged=True,
        ),
    )
    async def create_shipping_rate(
        body: ShippingRateBody, response: Response
    ) -> KeptShippingRateBody:
        """Offer a way to deliver."""
        kept = await fulfillment.create_shipping_rate(CreateShippingRate(rate=_told(body)))
        response.headers["location"] = f"/v1/shipping-rates/{quote(kept.rate.rate_id, safe='')}"
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.get(
        ONE, **staff("get_shipping_rate", "fulfillment:read", UnknownShippingRate, tagged=True)
    )
    async def get_shipping_rate(rate_id: str, response: Response) -> KeptShippingRateBody:
        """One shipping rate; its version is in the `ETag`."""
        kept = await fulfillment.get_shipping_rate(GetShippingRate(rate_id=rate_id))
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.put(ONE, **UPDATED)
    async def update_shipping_rate(
        rate_id: str, body: ShippingRateBody, version: IfMatch, response: Response
    ) -> KeptShippingRateBody:
        """Put another in its place, under the same id. The same edit again changes nothing."""
        kept = await fulfillment.update_shipping_rate(
            UpdateShippingRate(rate_id=rate_id, rate=_told(body), version=version)
        )
        response.headers["etag"] = etag(kept.version)
        return _shown(kept)

    @routes.delete(
        ONE,
        **staff(
            "delete_shipping_rate",
            "fulfillment:write",
            UnknownShippingRate,
            ShippingRateChanged,
            status=204,
        ),
    )
    async def delete_shipping_rate(rate_id: str, version: IfMatch) -> None:
        """Offer it no more. Checkouts that have chosen it are quoted again."""
        await fulfillment.delete_shipping_rate(DeleteShippingRate(rate_id=rate_id, version=version))


def _told(body: ShippingRateBody) -> ShippingRate:
    return ShippingRate(
        rate_id=body.id,
        country=body.country,
        service_level=body.service_level,
        title=body.title,
        price=Money(body.price.amount, body.price.currency),
        carrier=body.carrier,
        description=body.description,
        earliest_days=body.earliest_days,
        latest_days=body.latest_days,
    )


def _shown(kept: KeptShippingRate) -> KeptShippingRateBody:
    rate = kept.rate
    return KeptShippingRateBody(
        id=rate.rate_id,
        country=rate.country,
        service_level=rate.service_level,
        title=rate.title,
        price=PriceBody(amount=rate.price.minor_units, currency=rate.price.currency),
        carrier=rate.carrier,
        description=rate.description,
        earliest_days=rate.earliest_days,
        latest_days=rate.latest_days,
        version=kept.version,
    )
