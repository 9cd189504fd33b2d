"""The shopping API with the whole shop behind it, on a real database."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi.testclient import TestClient

from app.main import create_apps
from app.settings import Settings
from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import Fulfillment, PutShippingRates, ShippingRate
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.contracts.ordering import Ordering, RegisterPlatform
from domain.shared.values import Money, Sku
from tests.conftest import a_shop
from tests.databases import a_database
from tests.ucp.conftest import AGENT, DELIVERED, KEY, LOOSE_AGENT, ROSES, SECRET, Shop
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.validation import problems

Contract = TypeVar("Contract")
ROSE = Variant(sku=Sku("rose"), title="Rose", prices=(Money(3500, "USD"),))
STANDARD = ShippingRate(
    rate_id="std",
    country="default",
    service_level="standard",
    title="Standard",
    price=Money(500, "USD"),
)
DIGEST = "5d8f9c4e" * 8


def opened(stack: ExitStack, folder: Path, **more: Any) -> TestClient:
    """The shop, with ten roses in it."""
    settings = a_shop(folder, **more)

    async def make_tables() -> None:
        async with a_database(settings["database_url"]):
            pass

    asyncio.run(make_tables())
    public, _ = create_apps(Settings(**settings))
    return stack.enter_context(TestClient(public))


def stocked(client: TestClient, digest: str) -> None:
    house = client.app.state.house  # type: ignore[attr-defined]  # typed as any ASGI application

    def tell(call: Callable[[Any], Any], message: object) -> None:
        assert client.portal
        client.portal.call(call, message)

    product = ProductDetails(product_id="rose", title="Rose", variants=(ROSE,))
    tell(house.contract(Catalog).put_products, PutProducts(products=(product,)))
    count = Count(sku=Sku("rose"), units_on_hand=10)
    tell(house.contract(Inventory).set_stock, SetStock(counts=(count,)))
    tell(house.contract(Fulfillment).put_shipping_rates, PutShippingRates(rates=(STANDARD,)))
    platform = RegisterPlatform(name="agent", key_digest=digest)
    tell(house.contract(Ordering).register_platform, platform)


@pytest.fixture(params=["strict", "interop"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    from hashlib import sha256

    is_interop = request.param == "interop"
    more = {"interop": True, "simulation_secret": SECRET} if is_interop else {}
    headers = {"ucp-agent": LOOSE_AGENT} if is_interop else {"ucp-agent": AGENT, "x-api-key": KEY}
    with ExitStack() as stack:
        client = opened(stack, tmp_path, public_url="https://shop.example", **more)
        stocked(client, sha256(KEY.encode()).hexdigest())
        ordering = FakeOrdering()
        base = "" if is_interop else "/ucp/v1"
        yield Shop(client, ordering, FakeFulfillment(ordering), headers, base)


def test_roses_are_ordered(shop: Shop) -> None:
    created = shop.create()
    path = f"/checkout-sessions/{created['id']}"
    wanted = {**ROSES, "fulfillment": DELIVERED, "buyer": {"email": "ada@example.org"}}

    updated = shop.ask("PUT", path, wanted)
    declined = shop.pay(created["id"], "fail_token")
    completed = shop.pay(created["id"])
    order = shop.ask("GET", f"/orders/{completed.json()['order']['id']}")

    assert updated.json()["status"] == "ready_for_complete", updated.json()
    assert "payment_failed" in str(declined.json()["messages"])
    for answer, operation in [
        (updated, "update_checkout"),
        (declined, "complete_checkout"),
        (completed, "complete_checkout"),
        (order, "get_order"),
    ]:
        assert problems(answer.json(), operation) == []
    assert completed.json()["status"] == "completed"
    assert [e["amount"] for e in order.json()["totals"]] == [7000, 500, 7500]
