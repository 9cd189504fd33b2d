import json

from tests.cli.conftest import Run


def test_every_route_says_who_may_use_it(run: Run) -> None:
    told = run("routes")
    found = json.loads(run("routes", "--json").stdout)

    assert all(route["access"] for route in found)
    ready = {"method": "GET", "path": "/readyz", "access": "public", "scope": None}
    assert {**ready, "operation": "readyz"} in found
    stock = {"method": "GET", "path": "/v1/stock", "access": "staff", "scope": "inventory:read"}
    assert {**stock, "operation": "list_stock"} in found
    assert "/ucp/v1/checkout-sessions" in told.stdout


def test_calls_of_our_own_processes_are_shown_when_asked_for(run: Run) -> None:
    found = json.loads(run("routes", "--internal", "--json").stdout)

    internal = {route["path"] for route in found if route["access"] == "internal"}
    assert {"/internal/inventory/reserve", "/internal/inventory/events"} <= internal
