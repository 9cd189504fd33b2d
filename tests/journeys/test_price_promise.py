"""A price that another process changed, and this one has not heard of."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.house import House, opened
from app.settings import Settings
from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.contracts.ordering import (
    Answer,
    CompleteCheckout,
    CreateCheckout,
    Ordering,
    PaymentInstrument,
    Request,
    WantedLine,
)
from domain.shared.ids import from_public
from domain.shared.values import CheckoutId, Money, Quantity, Sku
from tests.conftest import a_shop
from tests.databases import a_database

BOOK = Sku("e-book")


@pytest.fixture
async def houses(tmp_path: Path) -> AsyncIterator[list[House]]:
    """Two processes of a shop on one database; what goes on by itself does not: nobody hears."""
    settings = Settings(**a_shop(tmp_path))
    async with a_database(settings.database_url), AsyncExitStack() as stack:
        houses = [await stack.enter_async_context(opened(settings)) for _ in range(2)]
        await priced(houses[0], 1000)
        count = SetStock(counts=(Count(sku=BOOK, units_on_hand=9),))
        await houses[0].contract(Inventory).set_stock(count)
        yield houses
        for house in houses:
            await house.stop(5)


async def priced(house: House, cents: int) -> None:
    book = Variant(sku=BOOK, title="Book", prices=(Money(cents, "USD"),), needs_delivery=False)
    product = ProductDetails(product_id=BOOK, title="Book", variants=(book,))
    await house.contract(Catalog).put_products(PutProducts(products=(product,)))


async def created(house: House) -> dict[str, Any]:
    request = CreateCheckout(
        request=a_request("create_checkout"),
        lines=(WantedLine(sku=BOOK, quantity=Quantity(1)),),
    )
    return said(await house.contract(Ordering).create_checkout(request))


async def completed(house: House, checkout: dict[str, Any]) -> dict[str, Any]:
    name = from_public("chk", checkout["id"])
    assert name
    instrument = PaymentInstrument(
        instrument_id="i", handler_id="mock_payment_handler", kind="card", token="success_token"
    )
    request = CompleteCheckout(
        request=a_request("complete_checkout"), checkout_id=CheckoutId(name), instrument=instrument
    )
    return said(await house.contract(Ordering).complete_checkout(request))


def a_request(operation: str) -> Request:
    return Request(client="platform:a", operation=operation, key=uuid4().hex, fingerprint="f" * 64)


def said(answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body


def total(checkout: dict[str, Any]) -> int:
    return sum(one["amount"] for one in checkout["totals"] if one["type"] == "total")


@pytest.mark.ucp("MSG-5", "CHK-2")
async def test_an_order_is_never_placed_at_a_price_that_was_not_shown(houses: list[House]) -> None:
    here, elsewhere = houses
    await created(here)
    await priced(elsewhere, 1500)

    checkout = await created(here)
    refused = await completed(here, checkout)
    placed = await completed(here, checkout)

    assert total(checkout) == 1000  # which is old, and within the bound
    assert [message["code"] for message in refused["messages"]] == ["total_changed"]
    assert ("order" in refused, total(refused)) == (False, 1500)
    assert (placed["status"], total(placed)) == ("completed", 1500)
