"""Where the goods that are shown come from: products in the currency they are shown in, and stock."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.ucp.errors import BadRequest
from app.ucp.goods.bodies import AskingBody, PriceBody, SearchBody
from app.ucp.goods.offers import Offered, Shelf
from domain.contracts.catalog import (
    Catalog,
    FoundProducts,
    LookUpProducts,
    SearchProducts,
    UnknownCursor,
)
from domain.contracts.inventory import FindStock, Inventory
from domain.shared.model import OutcomeUnknown, TryAgainLater
from domain.shared.values import is_currency


@dataclass(frozen=True)
class LookedUp:
    """All that was found, and of that what fits the filters."""

    all_: tuple[Offered, ...]
    fit: tuple[Offered, ...]


@dataclass(frozen=True)
class Sources:
    """`currency` is what is shown to who prefers none that goods are sold in (CAT-8)."""

    catalog: Catalog
    inventory: Inventory
    currency: str

    async def search(self, body: SearchBody) -> tuple[str, FoundProducts]:
        """In the platform's currency if anything is found in it. A cursor says which it was."""
        asked = body.pagination
        if asked and asked.cursor is not None:
            currency, _, after = asked.cursor.partition(".")
            if currency not in (self.currency, body.currency):
                raise BadRequest("body.pagination.cursor: it is of another search")
            return currency, await self._page(body, currency, after)
        if (preferred := _preferred(body)) and preferred != self.currency:
            page = await self._page(body, preferred, None)
            if page.items:
                return preferred, page
        return self.currency, await self._page(body, self.currency, None)

    async def look_up(self, names: tuple[str, ...], body: AskingBody) -> LookedUp:
        """In the platform's currency if all that was found is sold in it, as a checkout is."""
        found = (await self.catalog.look_up_products(LookUpProducts(names=names))).items
        currency = _preferred(body) or self.currency
        if not all(Offered.of(item, currency) for item in found):
            currency = self.currency
        price = price_in(body, currency)
        offers = tuple(one for item in found if (one := Offered.of(item, currency)))
        fit = (one.within(price) for one in offers if one.is_in(body.categories))
        return LookedUp(offers, tuple(one for one in fit if one))

    async def shelf(self, offered: Iterable[Offered]) -> Shelf:
        """What there is of all that is told of, asked for at once. Goods are shown without it, too."""
        skus = tuple(dict.fromkeys(offer.sku for one in offered for offer in one.variants))
        if not skus:
            return {}
        try:
            found = await self.inventory.find_stock(FindStock(skus=skus))
        except (TryAgainLater, OutcomeUnknown, TimeoutError):
            return None
        return {stock.sku: stock for stock in found.items}

    async def _page(self, body: SearchBody, currency: str, after: str | None) -> FoundProducts:
        price = price_in(body, currency)
        message = SearchProducts(
            currency=currency,
            query=body.words,
            categories=body.categories,
            price_from=price.min,
            price_to=price.max,
            after=after,
            most=body.pagination.limit if body.pagination else 10,
        )
        try:
            return await self.catalog.search_products(message)
        except UnknownCursor:
            raise BadRequest("body.pagination.cursor: it is of another search") from None


def price_in(body: AskingBody, currency: str) -> PriceBody:
    """CAT-9: what is in no currency is taken for this one, what is in another for nothing."""
    return body.price if body.currency in (None, currency) else PriceBody()


def _preferred(body: AskingBody) -> str | None:
    return body.currency if body.currency and is_currency(body.currency) else None
