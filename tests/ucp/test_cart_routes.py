"""Carts over REST, with the whole shop behind them (UCP section 12)."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response

from tests.edge.identities import FakeIdentity
from tests.ucp.conftest import DELIVERED, KEY, OWN_AGENT, ROSES, Shop
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.test_checkout_routes import refused
from tests.ucp.test_whole_shop import opened, stocked
from tests.ucp.validation import problems


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("carts")
    headers = {"ucp-agent": OWN_AGENT, "x-api-key": KEY}
    with ExitStack() as stack:
        client = opened(stack, folder, public_url="https://shop.example")
        stocked(client)
        ordering = FakeOrdering()
        yield Shop(client, ordering, FakeFulfillment(ordering), FakeIdentity(), headers)


def fit(response: Response, status: int, operation: str = "get_cart") -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, problems(body, operation)) == (status, []), body
    return body


def is_not_there(response: Response, operation: str = "get_cart") -> bool:
    (message,) = fit(response, 200, operation)["messages"]
    return (message["code"], message["severity"]) == ("not_found", "unrecoverable")


@pytest.mark.ucp("RST-6", "RST-7", "RST-8", "RST-9", "CAR-2", "CAR-3", "DSC-11", "ERR-6", "NEG-8")
def test_a_cart_is_filled_looked_at_changed_and_given_up(shop: Shop) -> None:
    created = fit(shop.ask("POST", "/carts", {**ROSES, "discounts": {"codes": ["x"]}}), 201)
    path = f"/carts/{created['id']}"
    changed = {"id": created["id"], "line_items": [{"item": {"id": "rose"}, "quantity": 3}]}

    read = shop.ask("PUT", path, changed, accept_language="de")
    assert fit(read, 200)["context"] == {"language": "de"}

    updated = fit(shop.ask("PUT", path, changed), 200)
    shown = fit(shop.ask("GET", path), 200)
    cancelled = fit(shop.ask("POST", f"{path}/cancel", {}), 200)

    assert created["messages"][0]["path"] == "$.discounts.codes[0]"
    assert [entry["amount"] for entry in created["totals"]] == [7000, 7000]
    assert shown == updated == cancelled
    assert shown["line_items"][0]["quantity"] == 3
    assert is_not_there(shop.ask("GET", path))
    assert is_not_there(shop.ask("PUT", path, changed))
    assert is_not_there(shop.ask("POST", f"{path}/cancel"))


@pytest.mark.ucp("CAR-8", "CAR-9", "CAR-10", "CAR-15")
def test_a_cart_becomes_a_checkout(shop: Shop) -> None:
    cart = fit(shop.ask("POST", "/carts", ROSES), 201)
    wanted = {"line_items": [], "cart_id": cart["id"], "fulfillment": DELIVERED}

    created = shop.ask("POST", "/checkout-sessions", wanted)
    again = shop.ask("POST", "/checkout-sessions", {"cart_id": cart["id"]})

    checkout = fit(created, 201, "create_checkout")
    assert fit(again, 200, "create_checkout") == checkout
    assert (checkout["status"], checkout["line_items"][0]["quantity"]) == ("ready_for_complete", 2)
    for unknown in ("cart_of_nobody", f"cart_{uuid4().hex}"):
        nothing = shop.ask("POST", "/checkout-sessions", {"cart_id": unknown})
        assert is_not_there(nothing, "create_checkout")


@pytest.mark.ucp("CAR-5")
def test_a_cart_is_taken_to_a_checkout_in_a_browser(shop: Shop) -> None:
    page = fit(shop.ask("POST", "/carts", ROSES), 201)["continue_url"]
    path = page.removeprefix("https://shop.example")
    form = {"key": "k" * 32}
    browser = {"sec-fetch-site": "same-origin"}

    shown = shop.client.get(path)
    sent = [
        shop.client.post(f"{path}/checkout", data=form, headers=browser, follow_redirects=False)
        for _ in range(2)
    ]

    assert "<h1>Cart</h1>" in shown.text
    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert "<h1>Checkout</h1>" in shop.client.get(sent[0].headers["location"]).text
    assert shop.client.get("/cart/cart_of_nobody").status_code == 404


def test_a_form_is_of_one_cart_whatever_key_is_in_it(shop: Shop) -> None:
    carts = [fit(shop.ask("POST", "/carts", ROSES), 201)["id"] for _ in range(2)]

    sent = [
        shop.client.post(
            f"/cart/{cart}/checkout",
            data={"key": "k" * 32},
            headers={"sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )
        for cart in carts
    ]

    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].headers["location"] != sent[1].headers["location"]


@pytest.mark.ucp("CAR-4")
def test_nothing_that_is_sold_makes_no_cart(shop: Shop) -> None:
    nothing = {"line_items": [{"item": {"id": "nothing"}, "quantity": 1}]}

    body = fit(shop.ask("POST", "/carts", nothing), 200)

    assert [message["code"] for message in body["messages"]] == ["item_unavailable"]


def test_what_makes_no_sense_is_refused(shop: Shop) -> None:
    """A-49, A-50."""
    cart = fit(shop.ask("POST", "/carts", ROSES), 201)
    path = f"/carts/{cart['id']}"

    refused(shop.ask("POST", "/carts", {"line_items": []}), 400, "invalid_request")
    refused(shop.ask("POST", "/checkout-sessions", {"line_items": []}), 400, "invalid_request")
    refused(shop.ask("POST", f"{path}/cancel", idempotency_key=None), 400, "invalid_request")
    other = {**ROSES, "id": fit(shop.ask("POST", "/carts", ROSES), 201)["id"]}
    refused(shop.ask("PUT", path, other), 400, "invalid_request")


@pytest.mark.ucp("ELG-9", "CAR-6")
def test_the_country_that_is_supposed_is_kept_and_told(shop: Shop) -> None:
    context = {"address_country": "DE", "intent": "a birthday"}

    cart = fit(shop.ask("POST", "/carts", {**ROSES, "context": context}), 201)

    assert cart["context"] == context
    assert cart["expires_at"] > "2026"
