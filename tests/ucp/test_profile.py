"""What platforms read first, and what the API says of itself."""

from contextlib import ExitStack
from json import loads
from typing import Any, cast

import pytest
from fastapi.routing import APIRoute

from app.settings import Settings
from app.ucp import rest
from app.ucp.handlers import offered
from domain.contracts.fulfillment import Fulfillment
from tests.ucp.conftest import Shop, a_shop
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.validation import FOLDER, problems

SERVICE = loads((FOLDER / "services/shopping/rest.openapi.json").read_text())
OURS = {
    "create_checkout",
    "get_checkout",
    "update_checkout",
    "complete_checkout",
    "cancel_checkout",
    "get_order",
}


def test_the_profile_says_where_the_shop_is_and_what_it_can_do(shop: Shop) -> None:
    """PRF-1 to PRF-7, NAM-3. Nobody has to say who they are to read it."""
    answer = shop.client.get("/.well-known/ucp")

    body = answer.json()
    assert answer.status_code == 200
    assert problems(body, "get_profile") == []
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-type"] == "application/json"
    (service,) = body["ucp"]["services"]["dev.ucp.shopping"]
    assert (service["transport"], service["endpoint"]) == ("rest", "https://shop.example/ucp/v1")
    assert set(body["ucp"]["capabilities"]) == {
        "dev.ucp.shopping.checkout",
        "dev.ucp.shopping.order",
        "dev.ucp.shopping.discount",
        "dev.ucp.shopping.fulfillment",
        "dev.ucp.shopping.buyer_consent",
    }
    for (capability,) in body["ucp"]["capabilities"].values():
        assert capability["spec"].startswith("https://ucp.dev/2026-04-08/")
        assert capability["schema"].startswith("https://ucp.dev/2026-04-08/schemas/shopping/")


def test_the_endpoint_is_where_the_operations_are(strict: Shop) -> None:
    """PRF-6."""
    (service,) = strict.client.get("/.well-known/ucp").json()["ucp"]["services"]["dev.ucp.shopping"]
    strict.base = service["endpoint"]

    assert strict.create()["status"] == "incomplete"


@pytest.mark.parametrize(
    ("environment", "ids"), [("development", {"mock_payment_handler"}), ("production", set())]
)
def test_handlers_for_trying_out_are_not_offered_in_production(
    environment: str, ids: set[str]
) -> None:
    """INTEROP 15, PAY-14: neither in the profile nor in a checkout."""
    with ExitStack() as stack:
        shop = a_shop(stack, headers={}, environment=environment)
        registry = shop.client.get("/.well-known/ucp").json()["ucp"]["payment_handlers"]

    assert {entry["id"] for entries in registry.values() for entry in entries} == ids


def test_handlers_are_offered_as_they_are_configured() -> None:
    assert offered(("shop_pay", "google_pay"), environment="development")
    assert offered(("stripe", "google_pay"), environment="production") == ("stripe",)
    with pytest.raises(ValueError, match="there is no handler 'cash'"):
        offered(("cash",), environment="development")


@pytest.mark.parametrize("interop", [False, True])
def test_every_route_says_who_may_use_it(*, interop: bool) -> None:
    """HOUSE rule 8."""
    secret = "s" if interop else ""
    settings = Settings(environment="development", interop=interop, simulation_secret=secret)

    fulfillment = cast(Fulfillment, FakeFulfillment(FakeOrdering()))

    routes = [
        route
        for router in rest.routers(FakeOrdering(), fulfillment, settings)
        for route in router.routes
    ]

    access = {
        getattr(route, "path", ""): (route.openapi_extra or {}).get("x-access")
        for route in routes
        if isinstance(route, APIRoute)
    }
    assert len(access) == len({getattr(route, "path", "") for route in routes})
    assert access.pop("/.well-known/ucp") == "public"
    assert access.pop("/testing/simulate-shipping/{order_id}", "simulation") == "simulation"
    assert set(access.values()) == {"platform"}


def described(shop: Shop) -> dict[str, tuple[str, str, dict[str, Any]]]:
    paths = shop.client.get("/openapi.json").json()["paths"]
    return {
        operation["operationId"]: (method, path, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def test_operations_are_called_as_the_protocol_calls_them(shop: Shop) -> None:
    """RST-1 to RST-13; INTEROP 8 does not show."""
    theirs = {
        operation["operationId"]: (method, path)
        for path, operations in SERVICE["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and "operationId" in operation
    }

    ours = described(shop)

    assert set(ours) >= OURS
    assert {name: ours[name][:2] for name in OURS} == {
        name: (theirs[name][0], f"/ucp/v1{theirs[name][1]}") for name in OURS
    }
    assert set(ours) - OURS <= {"get_profile", "simulate_shipping"}


def test_what_an_operation_takes_and_answers_is_described(strict: Shop) -> None:
    operations = described(strict)

    for name in OURS:
        _, _, operation = operations[name]
        headers = {p["name"]: p["required"] for p in operation["parameters"]}
        assert headers["UCP-Agent"] is True
        assert {"200", "400", "401", "409", "422"} <= set(operation["responses"])
        assert operation["x-access"] == "platform"
    create, complete = operations["create_checkout"][2], operations["complete_checkout"][2]
    assert "201" in create["responses"]
    assert create["requestBody"]["content"]["application/json"]["schema"]
    keys = [
        parameter["required"]
        for operation in (create, complete)
        for parameter in operation["parameters"]
        if parameter["name"] == "Idempotency-Key"
    ]
    assert keys == [False, True]
