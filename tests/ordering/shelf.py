"""A shelf with something of its own on it, in a house that others use too."""

import json
from asyncio import sleep, timeout
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import (
    Fulfillment,
    NoShipment,
    PutShippingRates,
    Ship,
    ShippingRate,
)
from domain.contracts.inventory import Count, FindStock, Inventory, SetStock, Stock
from domain.contracts.ordering import (
    Answer,
    Buyer,
    CompleteCheckout,
    CreateCheckout,
    Destination,
    FindOrder,
    OrderDetails,
    Ordering,
    PaymentInstrument,
    Request,
    UpdateCheckout,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.shared.ids import from_public
from domain.shared.values import CheckoutId, Money, OrderId, Quantity, Sku
from tests.conftest import KeptHouse
from tests.ordering.builders import HOME

RATE = ShippingRate(
    rate_id="shelf-standard",
    country="default",
    service_level="shelf-standard",  # which no promotion of another test makes free
    title="Standard Shipping",
    price=Money(500, "USD"),
    earliest_days=0,
)


@dataclass
class Shelf:
    """Ten units of a thing at 35 dollars, which only its test knows of."""

    house: KeptHouse
    sku: Sku

    @classmethod
    async def stocked(cls, house: KeptHouse) -> "Shelf":
        shelf = cls(house, Sku(f"TEA-{uuid4().hex}"))
        await shelf.price(3500)
        await shelf.count(10)
        await house.contract(Fulfillment).put_shipping_rates(PutShippingRates(rates=(RATE,)))
        return shelf

    @property
    def ordering(self) -> Ordering:
        return self.house.contract(Ordering)

    async def price(self, cents: int) -> None:
        variant = Variant(sku=self.sku, title="Tea", prices=(Money(cents, "USD"),))
        product = ProductDetails(product_id=self.sku, title="Tea", variants=(variant,))
        await self.house.contract(Catalog).put_products(PutProducts(products=(product,)))

    async def count(self, units: int) -> None:
        counts = (Count(sku=self.sku, units_on_hand=units),)
        await self.house.contract(Inventory).set_stock(SetStock(counts=counts))

    async def stock(self) -> Stock:
        found = await self.house.contract(Inventory).find_stock(FindStock(skus=(self.sku,)))
        return found.items[0]

    def lines(self, units: int = 1) -> tuple[WantedLine, ...]:
        return (WantedLine(sku=self.sku, quantity=Quantity(units)),)

    async def created(self, units: int = 1) -> CheckoutId:
        message = CreateCheckout(request=a_request("create_checkout"), lines=self.lines(units))
        return checkout_of(await self.ordering.create_checkout(message))

    async def ready(self, units: int = 1) -> CheckoutId:
        """A checkout that can be completed."""
        checkout = await self.created(units)
        answer = await self.ordering.update_checkout(self.update(checkout, units))
        assert told(answer)["status"] == "ready_for_complete", answer
        return checkout

    def update(self, checkout: CheckoutId, units: int = 1, **changes: Any) -> UpdateCheckout:
        method = WantedMethod(
            kind="shipping",
            destinations=(Destination(address=HOME),),
            groups=(WantedGroup(selected_option_id=RATE.rate_id),),
        )
        message: dict[str, Any] = {
            "request": a_request("update_checkout"),
            "checkout_id": checkout,
            "lines": self.lines(units),
            "buyer": Buyer(email=f"{uuid4().hex}@example.com"),
            "methods": (method,),
        }
        return UpdateCheckout(**{**message, **changes})

    async def ordered(self, units: int = 1) -> OrderId:
        answer = await self.ordering.complete_checkout(complete(await self.ready(units)))
        return order_of(answer)

    async def sent(self, units: int = 1) -> OrderDetails:
        """An order of which all has left, and is known to have."""
        order_id = await self.ordered(units)
        await until(partial(self.ship, order_id))

        async def is_noted() -> bool:
            found = await self.ordering.find_order(FindOrder(order_id=order_id))
            return found.status == "shipped"

        await until(is_noted)
        return await self.ordering.find_order(FindOrder(order_id=order_id))

    async def ship(self, order_id: OrderId, **parcel: Any) -> bool:
        """Whether it was shipped: it may not be known there yet."""
        message: dict[str, Any] = {"order_id": order_id, "key": "p1", **parcel}
        try:
            await self.house.contract(Fulfillment).ship(Ship(**message))
        except NoShipment:
            return False
        return True


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    """Events take their time; not more than this."""
    async with timeout(60):
        while not await is_so():  # noqa: ASYNC110  # another process tells nobody
            await sleep(0.02)


def a_request(operation: str, **changes: str) -> Request:
    told = {"client": "platform:a", "key": uuid4().hex, "fingerprint": uuid4().hex}
    return Request(**{**told, "operation": operation, **changes})


def complete(
    checkout: CheckoutId, token: str = "success_token", **request: str
) -> CompleteCheckout:
    return CompleteCheckout(
        request=a_request("complete_checkout", **request),
        checkout_id=checkout,
        instrument=PaymentInstrument(
            instrument_id="i", handler_id="mock_payment_handler", kind="card", token=token
        ),
    )


def told(answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body


def checkout_of(answer: Answer) -> CheckoutId:
    name = from_public("chk", told(answer)["id"])
    assert name, answer
    return CheckoutId(name)


def order_of(answer: Answer) -> OrderId:
    name = from_public("ord", told(answer)["order"]["id"])
    assert name, answer
    return OrderId(name)
