"""The shopping API with the whole shop behind it, on a real database."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi.testclient import TestClient

from app.house import House
from app.main import create_apps
from app.settings import Settings
from domain.contracts.catalog import Catalog, ProductDetails, PutProducts, Variant
from domain.contracts.fulfillment import Fulfillment, PutShippingRates, ShippingRate
from domain.contracts.identity import (
    NONE,
    ClientDetails,
    ClientId,
    Identity,
    MakeApiKey,
    RegisterClient,
    digest,
)
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.shared.values import Money, Sku
from tests.conftest import a_shop
from tests.databases import a_database
from tests.edge.identities import FakeIdentity
from tests.ucp.conftest import (
    DELIVERED,
    KEY,
    LOOSE_AGENT,
    OWN_AGENT,
    ROSES,
    SECRET,
    Shop,
    an_instrument,
)
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


def house_of(client: TestClient) -> House:
    house: House = client.app.state.house  # type: ignore[attr-defined]  # typed as any ASGI application
    return house


def teller(client: TestClient) -> Callable[[Callable[[Any], Any], object], object]:
    assert client.portal
    return client.portal.call


def stock_up(client: TestClient) -> None:
    """Put ten roses on the shelf."""
    house, tell = house_of(client), teller(client)
    product = ProductDetails(product_id="rose", title="Rose", variants=(ROSE,))
    tell(house.contract(Catalog).put_products, PutProducts(products=(product,)))
    count = Count(sku=Sku("rose"), units_on_hand=10)
    tell(house.contract(Inventory).set_stock, SetStock(counts=(count,)))
    tell(house.contract(Fulfillment).put_shipping_rates, PutShippingRates(rates=(STANDARD,)))


def stocked(client: TestClient) -> None:
    """With roses, and a platform that is let in."""
    stock_up(client)
    house, tell = house_of(client), teller(client)
    agent = ClientId("agent")
    known = ClientDetails(
        client_id=agent, name="Agent", auth_method=NONE, redirect_uris=("https://agent.example/",)
    )
    tell(house.contract(Identity).register_client, RegisterClient(details=known))
    key = MakeApiKey(name="agent", client_id=agent, key_digest=digest(KEY))
    tell(house.contract(Identity).make_api_key, key)


@pytest.fixture(params=["strict", "interop"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    is_interop = request.param == "interop"
    more = {"interop": True, "simulation_secret": SECRET} if is_interop else {}
    headers = (
        {"ucp-agent": LOOSE_AGENT} if is_interop else {"ucp-agent": OWN_AGENT, "x-api-key": KEY}
    )
    with ExitStack() as stack:
        client = opened(stack, tmp_path, public_url="https://shop.example", **more)
        stocked(client)
        ordering = FakeOrdering()
        base = "" if is_interop else "/ucp/v1"
        yield Shop(client, ordering, FakeFulfillment(ordering), FakeIdentity(), headers, base)


@pytest.mark.ucp("RST-1", "RST-3", "RST-4", "RST-13", "CHK-25", "CHK-29", "ORD-13")
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


@pytest.mark.ucp("IDM-3", "IDM-4", "IDM-10", "PAY-12")
def test_asking_again_after_the_order_is_placed_gets_the_same_bytes(shop: Shop) -> None:
    """IDM-3, IDM-9: before the state of the checkout is looked at."""
    checkout_id, key = shop.ready(), "k" * 32
    first = shop.pay(checkout_id, idempotency_key=key)

    again = shop.pay(checkout_id, idempotency_key=key)
    other = shop.pay(checkout_id, "other_token", idempotency_key=key)

    assert (again.status_code, again.content) == (200, first.content)
    refused(other, 409, "idempotency_conflict")


@pytest.mark.ucp("CHK-27", "CHK-32")
def test_completing_what_lacks_an_address(shop: Shop) -> None:
    """CHK-27; INTEROP 9."""
    answer = shop.pay(shop.create()["id"])

    assert answer.status_code == (400 if is_interop(shop) else 200)
    assert problems(answer.json(), "complete_checkout") == []
    errors = [m for m in answer.json()["messages"] if m["type"] == "error"]
    assert [error["severity"] for error in errors] == ["recoverable"]


@pytest.mark.ucp("PAY-4", "PAY-5")
def test_what_is_said_of_how_one_pays_points_at_nothing_that_is_not_told(shop: Shop) -> None:
    """A-61: a path leads into the answer, where payment is never told again."""
    checkout_id = shop.ready()
    strange = an_instrument(handler_id="another_handler")

    for instruments, code in ([strange], "payment_failed"), ([], "missing"):
        body = {"payment": {"instruments": instruments}}
        answer = shop.ask("POST", f"/checkout-sessions/{checkout_id}/complete", body)

        (error,) = [m for m in answer.json()["messages"] if m["type"] == "error"]
        assert (error["code"], error["severity"]) == (code, "recoverable")
        assert "path" not in error
        assert "payment" not in answer.json()


@pytest.mark.ucp("CHK-21")
def test_what_is_not_sold_makes_no_checkout(shop: Shop) -> None:
    """CHK-21; INTEROP 11."""
    body, code = {"line_items": [{"item": {"id": "orchid"}, "quantity": 1}]}, "item_unavailable"

    answer = shop.ask("POST", "/checkout-sessions", body)

    assert problems(answer.json(), "create_checkout") == []
    (message,) = answer.json()["messages"]
    assert (answer.status_code, message["code"]) == (200, code)
    assert "not found" in message["content"]


@pytest.mark.ucp("MSG-2")
def test_more_than_there_is_is_told_or_refused(shop: Shop) -> None:
    """A-57; INTEROP 11."""
    body = {"line_items": [{"item": {"id": "rose"}, "quantity": 11}]}

    answer = shop.ask("POST", "/checkout-sessions", body)

    assert answer.status_code in (200, 201)
    assert problems(answer.json(), "create_checkout") == []
    assert "Insufficient stock" in answer.text


@pytest.mark.ucp("ORD-1", "ORD-6")
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
