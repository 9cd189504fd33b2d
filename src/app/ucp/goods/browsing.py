"""The operations of the catalog, whatever carries them (UCP section 13). What they tell binds nobody:
the checkout does (CAT-4).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.ucp.goods import rendering
from app.ucp.goods.bodies import AskingBody, LookupBody, PriceBody, ProductBody, SearchBody
from app.ucp.goods.naming import by_product, led
from app.ucp.goods.narrowing import narrowed
from app.ucp.goods.offers import Offer, Offered
from app.ucp.goods.sources import Sources, price_in
from app.ucp.presentation import CATALOG_LOOKUP, CATALOG_SEARCH, Presentation
from app.ucp.rendering import Body, envelope, failure
from domain.contracts.ordering import Notice
from domain.shared.countries import known

MOST_VARIANTS, MOST_IN_DETAIL = 25, 100
"""Of one product in an answer; `price_range` and `options` are of all there are."""
NO_PRODUCT = Notice(kind="error", code="not_found", text="There is no such product.")
OTHER_CURRENCY: Body = {
    "type": "info",
    "code": "price_filter_ignored",
    "content": "The price filter is in another currency than these prices, and was not applied.",
    "path": "$.products",
}


@dataclass(frozen=True)
class Browsing:
    sources: Sources

    async def search(self, body: SearchBody, shown: Presentation) -> Body:
        """CAT-7, CAT-16: what finds nothing is no mistake."""
        body.require_something()
        currency, page = await self.sources.search(body)
        price = price_in(body, currency)
        offers = (found for item in page.items if (found := Offered.of(item, currency)))
        few = [one.showing(*_best_first(one, price)[:MOST_VARIANTS]) for one in offers]
        shelf = await self.sources.shelf(few)
        ignored = [OTHER_CURRENCY] if price != body.price else []
        return {
            "ucp": envelope(shown, CATALOG_SEARCH),
            "products": [rendering.product(offered, shelf) for offered in few],
            "pagination": _end_of_page(currency, page.next),
            **_messages([*_disclosures(_placed(few), body), *ignored]),
        }

    async def look_up(self, body: LookupBody, shown: Presentation) -> Body:
        """CAT-25: what is unknown is said, and is no mistake."""
        names = body.names()
        offers = await self.sources.look_up(names, body)
        led_to = {name: one for name in names if (one := led(name, offers.fit))}
        found = by_product(led_to)
        few = [offered for offered, _ in found]
        shelf = await self.sources.shelf(few)
        products = [rendering.product(offered, shelf) for offered in few]
        for told, (_, inputs) in zip(products, found, strict=True):
            for variant, its in zip(told["variants"], inputs, strict=True):
                variant["inputs"] = its
        unknown = [
            {"type": "info", "code": "not_found", "content": name}
            for name in names
            if name and not led(name, offers.all_)
        ]
        return {
            "ucp": envelope(shown, CATALOG_LOOKUP),
            "products": products,
            **_messages([*_disclosures(_placed(few), body), *unknown]),
        }

    async def product(self, body: ProductBody, shown: Presentation) -> Body:
        """CAT-36: an unknown one is no resource."""
        chosen = body.choices()
        one = led(body.id, (await self.sources.look_up((body.id,), body)).fit)
        if one is None:
            return failure((NO_PRODUCT,), shown, CATALOG_LOOKUP)
        shelf = await self.sources.shelf([one.to.showing(*one.to.all_)])
        if one.is_variant:
            chosen = one.offer.options  # CAT-32
        narrow = narrowed(one.to.variants, chosen, body.preferences or (), shelf)
        first = (one.offer,) if one.is_variant else ()
        few = one.to.showing(*first, *narrow.offers)
        few = few.showing(*few.variants[:MOST_IN_DETAIL])
        return {
            "ucp": envelope(shown, CATALOG_LOOKUP),
            "product": rendering.detail(few, narrow.selected, shelf),
            **_messages(_disclosures([(few, "$.product")], body)),
        }


def _best_first(offered: Offered, price: PriceBody) -> tuple[Offer, ...]:
    """What costs what was asked for comes first (CAT-5)."""
    return tuple(sorted(offered.variants, key=lambda offer: not offer.costs(price)))


def _end_of_page(currency: str, after: str | None) -> Body:
    """CAT-14, CAT-15."""
    if after is None:
        return {"has_next_page": False}
    return {"has_next_page": True, "cursor": f"{currency}.{after}"}


def _placed(offered: Iterable[Offered]) -> list[tuple[Offered, str]]:
    return [(one, f"$.products[{index}]") for index, one in enumerate(offered)]


def _disclosures(places: Iterable[tuple[Offered, str]], body: AskingBody) -> list[Body]:
    country = known(body.context.address_country) if body.context else None
    region = body.context.address_region if body.context else None
    return [
        message
        for one, path in places
        for message in rendering.disclosures(one.details.disclosures, path, country, region)
    ]


def _messages(messages: list[Body]) -> Body:
    return {"messages": messages} if messages else {}
