"""What platforms read first, and what the API says of itself."""

from contextlib import ExitStack
from json import loads
from typing import Any, cast

import pytest
from fastapi.routing import APIRoute

from app.edge.gate import Gate
from app.settings import Settings, UnfitSettings, load_settings
from app.ucp import rest
from app.ucp.handlers import offered
from app.ucp.presentation import IDENTITY_LINKING
from app.ucp.profile import Served
from app.ucp.scopes import MANAGE_CHECKOUTS, OPERATIONS, READ_ORDERS
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.identity import SHOPPING_SCOPES
from tests.edge.identities import FakeIdentity
from tests.ucp.conftest import Shop, a_shop
from tests.ucp.fake_goods import FakeGoods
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.internet import NOBODY
from tests.ucp.validation import FOLDER, problems, problems_of_linking

SERVICE = loads((FOLDER / "services/shopping/rest.openapi.json").read_text())
OURS = {
    "create_checkout",
    "get_checkout",
    "update_checkout",
    "complete_checkout",
    "cancel_checkout",
    "create_cart",
    "get_cart",
    "update_cart",
    "cancel_cart",
    "get_order",
    "search_catalog",
    "lookup_catalog",
}


@pytest.mark.ucp(
    "PRF-1",
    "PRF-2",
    "PRF-3",
    "PRF-5",
    "PRF-7",
    "PRF-8",
    "PRF-9",
    "NAM-1",
    "NAM-2",
    "NAM-3",
    "NAM-4",
)
def test_the_profile_says_where_the_shop_is_and_what_it_can_do(shop: Shop) -> None:
    """PRF-1 to PRF-7, NAM-3. Nobody has to say who they are to read it."""
    answer = shop.client.get("/.well-known/ucp")

    body = answer.json()
    assert answer.status_code == 200
    assert problems(body, "get_profile") == []
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-type"] == "application/json"
    assert "supported_versions" not in body["ucp"]
    service, _ = body["ucp"]["services"]["dev.ucp.shopping"]
    assert (service["transport"], service["endpoint"]) == ("rest", "https://shop.example/ucp/v1")
    assert set(body["ucp"]["capabilities"]) == {
        "dev.ucp.shopping.checkout",
        "dev.ucp.shopping.cart",
        "dev.ucp.shopping.order",
        "dev.ucp.shopping.catalog.search",
        "dev.ucp.shopping.catalog.lookup",
        "dev.ucp.shopping.discount",
        "dev.ucp.shopping.fulfillment",
        "dev.ucp.shopping.buyer_consent",
        "dev.ucp.common.identity_linking",
    }
    for name, (capability,) in body["ucp"]["capabilities"].items():
        folder = name.split(".")[2]
        assert capability["spec"].startswith("https://ucp.dev/2026-04-08/")
        assert capability["schema"].startswith(f"https://ucp.dev/2026-04-08/schemas/{folder}/")


@pytest.mark.ucp("PRF-10", "OAU-1", "OAU-3")
@pytest.mark.parametrize("gated", [(), (READ_ORDERS,), (MANAGE_CHECKOUTS, READ_ORDERS)])
def test_the_profile_says_what_is_not_done_without_a_buyer(gated: tuple[str, ...]) -> None:
    """PRF-10, OAU-1, OAU-3."""
    with ExitStack() as stack:
        shop = a_shop(stack, headers={}, gated_scopes=gated)
        body = shop.client.get("/.well-known/ucp").json()

    (linking,) = body["ucp"]["capabilities"][IDENTITY_LINKING]
    assert (problems(body, "get_profile"), problems_of_linking(linking)) == ([], [])
    assert tuple(linking["config"]["scopes"]) == gated
    assert all(policy["description"]["plain"] for policy in linking["config"]["scopes"].values())


def test_only_what_is_served_can_be_gated() -> None:
    unserved = "dev.ucp.shopping.gift:manage"

    with pytest.raises(
        UnfitSettings, match=f"FREESTONE_GATED_SCOPES: there is no scope '{unserved}'"
    ):
        load_settings(gated_scopes=f"{MANAGE_CHECKOUTS}, {unserved}")

    twice = load_settings(gated_scopes=f"{MANAGE_CHECKOUTS},{MANAGE_CHECKOUTS}")
    assert twice.gated_scopes == (MANAGE_CHECKOUTS,)


@pytest.mark.ucp("OAU-2", "CAR-14", "ORD-20")
def test_what_can_be_gated_is_what_the_operations_are_in() -> None:
    """Each operation that is described says the scope that it is in, and no other scope is known."""
    with ExitStack() as stack:
        operations = described(a_shop(stack, headers={}))

    said = {name: operation.get("x-scope") for name, (_, _, operation) in operations.items()}
    assert {s: [n for n in said if said[n] == s] for s in OPERATIONS} == {
        scope: list(names) for scope, names in OPERATIONS.items()
    }
    assert set(OPERATIONS) <= set(SHOPPING_SCOPES)


@pytest.mark.ucp("PRF-6")
def test_the_endpoint_is_where_the_operations_are(strict: Shop) -> None:
    """PRF-6."""
    services = strict.client.get("/.well-known/ucp").json()["ucp"]["services"]["dev.ucp.shopping"]
    (service,) = (one for one in services if one["transport"] == "rest")
    strict.base = service["endpoint"]

    assert strict.create()["status"] == "incomplete"


@pytest.mark.ucp("PAY-7", "PAY-14")
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
    gate = Gate.of(FakeIdentity().contract, settings)
    browsing = FakeGoods().browsing()

    routes = [
        route
        for router in rest.routers(FakeOrdering(), fulfillment, browsing, gate, settings, NOBODY)
        for route in router.routes
    ]

    access = {
        getattr(route, "path", ""): (route.openapi_extra or {}).get("x-access")
        for route in routes
        if isinstance(route, APIRoute)
    }
    assert len(access) == len({getattr(route, "path", "") for route in routes})
    assert access.pop("/.well-known/ucp") == "public"
    assert access.pop("/platform.json") == "public"
    assert access.pop("/ucp/mcp") == "public"  # a tool is guarded as the route it stands for
    assert access.pop("/testing/simulate-shipping/{order_id}", "simulation") == "simulation"
    assert set(access.values()) == {"platform"}


def described(shop: Shop) -> dict[str, tuple[str, str, dict[str, Any]]]:
    paths = shop.client.get("/openapi.json").json()["paths"]
    return {
        operation["operationId"]: (method, path, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


@pytest.mark.ucp("RST-1", "RST-2", "RST-3", "RST-4", "RST-5", "RST-13", "PRF-13")
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
    product = ours.pop("get_catalog_product")  # the merchant API has a get_product
    assert product[:2] == (theirs["get_product"][0], f"/ucp/v1{theirs['get_product'][1]}")
    assert set(ours) - OURS <= {"get_profile", "get_platform_profile", "simulate_shipping"}


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


@pytest.mark.ucp("PRF-4", "SIG-15")
def test_the_profile_is_made_once_and_anew_with_other_keys() -> None:
    keys, made = [{"kid": "1"}], []

    def make(told: Any) -> Any:
        made.append(list(told))
        return {"signing_keys": told}

    served = Served(make, lambda: list(keys))
    first, again = served.body(), served.body()
    keys.append({"kid": "2"})

    assert (first, again) == (b'{"signing_keys":[{"kid":"1"}]}',) * 2
    assert served.body() == b'{"signing_keys":[{"kid":"1"},{"kid":"2"}]}'
    assert made == [[{"kid": "1"}], [{"kid": "1"}, {"kid": "2"}]]


@pytest.mark.ucp("PRF-12")
def test_nobody_is_told_of_pages_that_could_be_embedded(shop: Shop) -> None:
    services = shop.client.get("/.well-known/ucp").json()["ucp"]["services"]

    transports = {one["transport"] for bindings in services.values() for one in bindings}
    assert transports == {"rest", "mcp"}
    assert "services" not in shop.create()["ucp"]
