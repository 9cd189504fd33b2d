"""Brings a shop into the house through its contracts, as anybody else would."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import stamina

from app.importer.shop import Shop, UnfitShop
from domain.contracts.catalog import Catalog, PutProducts, SkuTaken, UnfitProduct
from domain.contracts.customers import (
    Customers,
    EmailTaken,
    FindCustomer,
    PutCustomers,
    UnfitCustomer,
)
from domain.contracts.fulfillment import Fulfillment, PutShippingRates, UnfitShippingRate
from domain.contracts.inventory import Inventory, SetStock, UnfitCount
from domain.contracts.pricing import Pricing, PutRules, UnfitRule
from domain.shared.model import OutcomeUnknown, Refusal, TryAgainLater
from domain.shared.values import CustomerId

AT_ONCE = 100
Thing = TypeVar("Thing")
again = stamina.AsyncRetryingCaller(attempts=6, timeout=60.0, wait_max=2.0).on(
    (OutcomeUnknown, TryAgainLater)  # every call made here may be made again
)


@dataclass(frozen=True)
class Import:
    """Where a shop is put. `done` is told of each part that is there, by how much it is."""

    catalog: Catalog
    customers: Customers
    fulfillment: Fulfillment
    inventory: Inventory
    pricing: Pricing
    done: Callable[[int], None] = lambda _number: None

    async def __call__(self, shop: Shop) -> None:
        """Put all of it where it belongs, by its natural keys: doing it again changes nothing.

        One that broke off is finished by doing it again. Products come last, so that nothing is on
        sale before its price, its stock and its way to the buyer are known; and a catalogue with
        something in it is one whose import has come that far. Raises `UnfitShop` for what a
        context refuses.
        """
        try:
            await self._put_rules(shop)
            await self._each(
                shop.customers,
                lambda some: PutCustomers(customers=some),
                self.customers.put_customers,
            )
            await self._each(
                shop.counts, lambda some: SetStock(counts=some), self.inventory.set_stock
            )
            await self._each(
                shop.products, lambda some: PutProducts(products=some), self.catalog.put_products
            )
        except EmailTaken as taken:
            raise UnfitShop([await self._who_wants_an_email_of(shop, taken.customer_id)]) from taken
        except Refusal as no:
            raise UnfitShop([_where(shop, no)]) from no

    async def _who_wants_an_email_of(self, shop: Shop, owner: CustomerId) -> str:
        because = f"customer {owner} has this e-mail address already"
        for one in shop.customers:
            found = await again(self.customers.find_customer, FindCustomer(email=one.email))
            if found.customer and found.customer.customer_id == owner != one.customer_id:
                return f"{shop.lines['customers.csv', f'id={one.customer_id}']}: email: {because}"
        return f"customers.csv: {because}"

    async def _put_rules(self, shop: Shop) -> None:
        put = self.pricing.put_rules
        await self._each(
            shop.rates,
            lambda some: PutShippingRates(rates=some),
            self.fulfillment.put_shipping_rates,
        )
        await self._each(shop.discounts, lambda some: PutRules(discounts=some), put)
        await self._each(shop.promotions, lambda some: PutRules(promotions=some), put)
        await self._each(shop.tax_rates, lambda some: PutRules(tax_rates=some), put)

    async def _each(
        self,
        things: Sequence[Thing],
        message: Callable[[tuple[Thing, ...]], Any],
        call: Callable[[Any], Awaitable[object]],
    ) -> None:
        for some in _batches(things):
            await again(call, message(some))
            self.done(len(some))


def _batches(things: Sequence[Thing]) -> Iterator[tuple[Thing, ...]]:
    for first in range(0, len(things), AT_ONCE):
        yield tuple(things[first : first + AT_ONCE])


def _where(shop: Shop, no: Refusal) -> str:
    """A refusal, told as a mistake on a line."""
    match no:
        case UnfitProduct(product_id=key, because=because):
            file, name = "products.csv", f"id={key}"
        case SkuTaken(sku=key, product_id=owner):
            file, name, because = "products.csv", f"id={key}", f"is a variant of {owner} already"
        case UnfitCustomer(customer_id=key, because=because):
            file, name = "customers.csv", f"id={key}"
        case UnfitShippingRate(rate_id=key, because=because):
            file, name = "shipping_rates.csv", f"id={key}"
        case UnfitCount(sku=key, because=because):
            file, name = "inventory.csv", f"product_id={key}"
        case UnfitRule(rule=rule, because=because):
            kind, _, key = rule.partition(" ")
            column = "code" if kind == "discount" else "id"
            file, name = f"{kind}s.csv", f"{column}={key}"
            if (file, name) not in shop.lines:
                return f"{rule}: {because}"
        case _:
            return f"refused: {no}"
    return f"{shop.lines.get((file, name), file)}: {because}"
