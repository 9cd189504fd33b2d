"""The shopping API with the whole shop behind it, on a real database."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
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
from tests.ucp.test_checkout_routes import refused
from tests.ucp.test_order_routes import ADJUSTMENT
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


def opened(stack: ExitStack, folder: Path, **more: Any) -> TestClient:
    """The shop, before anything is in it."""
    settings = a_shop(folder, **more)

    async def make_tables() -> None:
        async with a_database(settings["database_url"]):
            pass

    asyncio.run(make_tables())
    public, _ = create_apps(Settings(**settings))
    return stack.enter_context(TestClient(public))


def stocked(client: TestClient) -> None:
    """Put ten roses on the shelf, and let in a platform."""
    house = client.app.state.house  # type: ignore[attr-defined]  # typed as any ASGI application

    def tell(call: Callable[[Any], Any], message: object) -> None:
        assert client.portal
        client.portal.call(call, message)

    product = ProductDetails(product_id="rose", title="Rose", variants=(ROSE,))
    tell(house.contract(Catalog).put_products, PutProducts(products=(product,)))
    count = Count(sku=Sku("rose"), units_on_hand=10)
    tell(house.contract(Inventory).set_stock, SetStock(counts=(count,)))
    tell(house.contract(Fulfillment).put_shipping_rates, PutShippingRates(rates=(STANDARD,)))
    digest = sha256(KEY.encode()).hexdigest()
    platform = RegisterPlatform(name="agent", key_digest=digest)
    tell(house.contract(Ordering).register_platform, platform)


@pytest.fixture(params=["strict", "interop"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    is_interop = request.param == "interop"
    more = {"interop": True, "simulation_secret": SECRET} if is_interop else {}
    headers = {"ucp-agent": LOOSE_AGENT} if is_interop else {"ucp-agent": AGENT, "x-api-key": KEY}
    with ExitStack() as stack:
        client = opened(stack, tmp_path, public_url="https://shop.example", **more)
        stocked(client)
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


def is_interop(shop: Shop) -> bool:
    return shop.base == ""


def test_asking_again_after_the_order_is_placed_gets_the_same_bytes(shop: Shop) -> None:
    """IDM-3, IDM-9: before the state of the checkout is looked at."""
    checkout_id, key = shop.ready(), "k" * 32
    first = shop.pay(checkout_id, idempotency_key=key)

    again = shop.pay(checkout_id, idempotency_key=key)
    other = shop.pay(checkout_id, "other_token", idempotency_key=key)

    assert (again.status_code, again.content) == (200, first.content)
    refused(other, 409, "idempotency_conflict")


def test_completing_what_lacks_an_address(shop: Shop) -> None:
    """CHK-27; INTEROP 9."""
    answer = shop.pay(shop.create()["id"])

    assert answer.status_code == (400 if is_interop(shop) else 200)
    assert problems(answer.json(), "complete_checkout") == []
    assert [m["severity"] for m in answer.json()["messages"]] == ["recoverable"]


def test_what_is_not_sold_makes_no_checkout(shop: Shop) -> None:
    """CHK-21; INTEROP 11."""
    body, code = {"line_items": [{"item": {"id": "orchid"}, "quantity": 1}]}, "item_unavailable"

    answer = shop.ask("POST", "/checkout-sessions", body)

    assert problems(answer.json(), "create_checkout") == []
    if is_interop(shop):
        assert "not found" in refused(answer, 400, code)
    else:
        assert (answer.status_code, answer.json()["messages"][0]["code"]) == (200, code)


def test_more_than_there_is_is_told_or_refused(shop: Shop) -> None:
    """A-57; INTEROP 11."""
    body = {"line_items": [{"item": {"id": "rose"}, "quantity": 11}]}

    answer = shop.ask("POST", "/checkout-sessions", body)

    assert answer.status_code in ((201, 400) if is_interop(shop) else (200, 201))
    assert problems(answer.json(), "create_checkout") == []
    assert "Insufficient stock" in answer.text


def test_an_order_is_shipped_and_reported_on(shop: Shop) -> None:
    """INTEROP 6 and 7."""
    path = f"/orders/{shop.order()}"
    if not is_interop(shop):
        refused(shop.ask("PUT", path, {}), 405, "method_not_allowed")
        return
    shipping = f"/testing/simulate-shipping/{path.rpartition('/')[2]}"

    shipped = shop.client.post(shipping, headers={"simulation-secret": SECRET})
    order = shop.ask("GET", path).json()
    order["adjustments"].append(ADJUSTMENT)
    reported = shop.ask("PUT", path, order)

    assert shipped.status_code == 200
    assert [event["type"] for event in order["fulfillment"]["events"]] == ["shipped"]
    assert order["line_items"][0]["status"] == "fulfilled"
    assert reported.json()["adjustments"] == [ADJUSTMENT]
    assert reported.json()["fulfillment"] == order["fulfillment"]
    assert problems(reported.json(), "update_order") == []
