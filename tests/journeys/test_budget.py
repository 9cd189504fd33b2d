"""How many statements an order may take: 20 to complete, 45 for the whole flow.

Counted over all contexts, without BEGIN and COMMIT; what is dispatched afterwards counts apart, so
relays and inboxes do not run here.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.event import listen

from app.container import Container
from app.house import House, opened
from app.settings import Settings
from app.ucp.goods.bodies import LookupBody, SearchBody
from app.ucp.goods.browsing import Browsing
from app.ucp.goods.sources import Sources
from app.ucp.presentation import Presentation
from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import Fulfillment, PutShippingRates, ShippingRate
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.contracts.ordering import (
    Answer,
    Buyer,
    CompleteCheckout,
    CreateCheckout,
    Destination,
    Ordering,
    PaymentInstrument,
    Request,
    UpdateCheckout,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.contracts.pricing import Discount, Pricing, Promotion, PutRules, TaxRate
from domain.shared.ids import from_public
from domain.shared.values import Address, CheckoutId, Money, Quantity, Sku
from tests.conftest import a_shop
from tests.databases import a_database

ROSES = Sku("bouquet_roses")
TO_COMPLETE, FOR_THE_FLOW = 20, 45
LINE = WantedLine(sku=ROSES, quantity=Quantity(1))
NOT_COUNTED = ("BEGIN", "COMMIT", "PRAGMA", "ROLLBACK")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[House, list[str]]]:
    settings = Settings(**a_shop(tmp_path))
    async with a_database(settings.database_url):
        pass
    container, said = Container(), []

    def note(_c: object, _d: object, statement: str, *_: object) -> None:
        if not statement.startswith(NOT_COUNTED):
            said.append(statement)

    async with opened(settings, container) as house:
        engine = container.engines().at(settings.database_url)
        listen(engine.sync_engine, "before_cursor_execute", note)
        await stocked(house)
        said.clear()
        yield house, said
        await house.stop(5)


async def stocked(house: House) -> None:
    """Roses, with every kind of rule that may be asked for."""
    roses = Variant(sku=ROSES, title="Roses", prices=(Money(3500, "USD"),))
    product = ProductDetails(product_id=ROSES, title="Roses", variants=(roses,))
    rate = ShippingRate(
        rate_id="std",
        country="default",
        service_level="standard",
        title="Standard",
        price=Money(500, "USD"),
    )
    rules = PutRules(
        discounts=(Discount(code="10OFF", kind="percentage", value=10, title="10% Off"),),
        promotions=(Promotion(promotion_id="p1", title="Free Shipping", minimum_subtotal=10000),),
        tax_rates=(TaxRate(country="US", basis_points=700, title="Sales Tax"),),
    )
    await house.contract(Catalog).put_products(PutProducts(products=(product,)))
    await house.contract(Inventory).set_stock(SetStock(counts=(Count(sku=ROSES, units_on_hand=9),)))
    await house.contract(Fulfillment).put_shipping_rates(PutShippingRates(rates=(rate,)))
    await house.contract(Pricing).put_rules(rules)


def a_request(operation: str) -> Request:
    return Request(client="platform:a", operation=operation, key=uuid4().hex, fingerprint="f" * 64)


def named(answer: Answer) -> CheckoutId:
    name = from_public("chk", json.loads(answer.body)["id"])
    assert name
    return CheckoutId(name)


async def update(ordering: Ordering, checkout: CheckoutId) -> Answer:
    home = Address(street_address="123 Main St", address_country="US", address_region="IL")
    method = WantedMethod(
        kind="shipping",
        destinations=(Destination(address=home),),
        groups=(WantedGroup(selected_option_id="std"),),
    )
    return await ordering.update_checkout(
        UpdateCheckout(
            request=a_request("update_checkout"),
            checkout_id=checkout,
            lines=(LINE,),
            buyer=Buyer(email="jane@example.com"),
            codes=("10off",),
            methods=(method,),
            offers_stored_addresses=True,
        )
    )


async def complete(ordering: Ordering, checkout: CheckoutId) -> Answer:
    instrument = PaymentInstrument(
        instrument_id="i", handler_id="mock_payment_handler", kind="card", token="success_token"
    )
    return await ordering.complete_checkout(
        CompleteCheckout(
            request=a_request("complete_checkout"), checkout_id=checkout, instrument=instrument
        )
    )


async def test_an_order_keeps_within_its_statements(house: tuple[House, list[str]]) -> None:
    shop, said = house
    ordering = shop.contract(Ordering)

    created = await ordering.create_checkout(
        CreateCheckout(request=a_request("create_checkout"), lines=(LINE,))
    )
    await update(ordering, named(created))
    before = len(said)
    completed = await complete(ordering, named(created))

    assert '"status":"completed"' in completed.body
    assert len(said) - before <= TO_COMPLETE, "\n".join(said[before:])
    assert len(said) <= FOR_THE_FLOW, "\n".join(said)


async def test_an_order_to_many_countries_keeps_within_them_too(
    house: tuple[House, list[str]],
) -> None:
    shop, said = house
    ordering, countries = shop.contract(Ordering), ("US", "CA", "DE", "FR", "IT", "NO", "CH", "AT")
    lines = tuple(replace(LINE, line_id=country) for country in countries)
    methods = tuple(
        WantedMethod(
            kind="shipping",
            line_ids=(country,),
            destinations=(Destination(address=Address(address_country=country)),),
            groups=(WantedGroup(selected_option_id="std"),),
        )
        for country in countries
    )

    created = await ordering.create_checkout(
        CreateCheckout(
            request=a_request("create_checkout"),
            lines=lines,
            buyer=Buyer(email="jane@example.com"),
            methods=methods,
        )
    )
    before = len(said)
    completed = await complete(ordering, named(created))

    assert '"status":"completed"' in completed.body, completed.body
    assert len(said) - before <= TO_COMPLETE, "\n".join(said[before:])
    assert len(said) <= FOR_THE_FLOW, "\n".join(said)


@pytest.mark.ucp("CAT-11", "CAT-20")
@pytest.mark.parametrize("many", [1, 40])
async def test_looking_around_takes_as_many_statements_for_much_as_for_little(
    house: tuple[House, list[str]], many: int
) -> None:
    """Cold: what is found, the products, their owners, and what lies on the shelf, once each."""
    shop, said = house
    catalog, names = shop.contract(Catalog), [f"tulip{number}" for number in range(many)]
    tulips = tuple(
        ProductDetails(
            product_id=name,
            title="Tulip",
            variants=(Variant(sku=Sku(f"{name}-s"), title="Small", prices=(Money(100, "USD"),)),),
        )
        for name in names
    )
    await catalog.put_products(PutProducts(products=tulips))
    browsing = Browsing(Sources(catalog, shop.contract(Inventory), "USD"))

    said.clear()
    searched = await browsing.search(SearchBody(query="tulip"), Presentation())
    assert len(said) == 3, "\n".join(said)
    said.clear()
    ids = [f"{name}-s" for name in names]
    looked_up = await browsing.look_up(LookupBody(ids=ids), Presentation())

    assert (len(searched["products"]), len(looked_up["products"])) == (min(many, 10), many)
    assert len(said) <= 3, "\n".join(said)
