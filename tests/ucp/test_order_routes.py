"""Orders over REST, and what partners and testers may do to them in interop mode."""

from dataclasses import replace
from typing import Any

import pytest

from app.ucp import simulation
from domain.contracts.ordering import Adjustment, FulfilmentEvent, LineUnits
from tests.ucp.builders import NOW
from tests.ucp.conftest import SECRET, Shop
from tests.ucp.test_checkout_routes import refused
from tests.ucp.validation import problems

EVENT: dict[str, Any] = {
    "id": "event_1",
    "type": "delivered",
    "occurred_at": "2026-05-01T14:00:00+02:00",
    "line_items": [{"id": "line_1", "quantity": 2}],
    "tracking_number": "T1",
    "tracking_url": "https://carrier.example/T1",
    "carrier": "Post",
    "description": "Left at the door.",
}
ADJUSTMENT: dict[str, Any] = {
    "id": "adj_1",
    "type": "refund",
    "occurred_at": "2026-05-01T12:00:00Z",
    "status": "completed",
    "line_items": [{"id": "line_1", "quantity": -1}],
    "totals": [{"type": "total", "amount": -3500}],
    "description": "One was withered.",
}


@pytest.mark.ucp("ORD-18", "ERR-6")
@pytest.mark.parametrize("name", ["ord_" + "0" * 32, "chk_" + "0" * 32, "7"])
def test_an_order_that_is_not_there_is_an_outcome(shop: Shop, name: str) -> None:
    """ORD-18, ERR-6."""
    shop.order()

    answer = shop.ask("GET", f"/orders/{name}")

    assert answer.status_code == 200
    assert answer.json()["messages"][0]["code"] == "not_found"
    assert problems(answer.json(), "get_order") == []


@pytest.mark.ucp("ORD-15", "ORD-18")
def test_an_order_of_someone_else_is_not_told(shop: Shop) -> None:
    """ORD-15, ORD-18."""
    name = shop.order()
    ((order_id, order),) = shop.ordering.orders.items()
    shop.ordering.orders[order_id] = replace(order, client="platform:other")

    answer = shop.ask("GET", f"/orders/{name}")

    assert answer.status_code == 200
    assert answer.json()["messages"][0]["code"] == "unauthorized"
    assert problems(answer.json(), "get_order") == []


def test_a_partner_reports_what_happened(interop: Shop) -> None:
    """INTEROP 6: the order is sent back with more in it."""
    path = f"/orders/{interop.order()}"
    order = interop.ask("GET", path).json()
    order["fulfillment"]["events"].append(EVENT)
    order["adjustments"].append(ADJUSTMENT)

    answer = interop.ask("PUT", path, order)

    assert answer.status_code == 200
    assert problems(answer.json(), "update_order") == []
    (kept,) = interop.ordering.orders.values()
    assert kept.events == (
        FulfilmentEvent(
            event_id="event_1",
            kind="delivered",
            occurred_at=NOW,
            lines=(LineUnits(line_id="line_1", units=2),),
            tracking_number="T1",
            tracking_url="https://carrier.example/T1",
            carrier="Post",
            description="Left at the door.",
        ),
    )
    assert kept.adjustments == (
        Adjustment(
            adjustment_id="adj_1",
            kind="refund",
            status="completed",
            occurred_at=NOW,
            amount=-3500,
            lines=(LineUnits(line_id="line_1", units=-1),),
            description="One was withered.",
        ),
    )
    assert interop.ask("GET", path).json()["adjustments"] == [ADJUSTMENT]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        {"adjustments": {"id": "adj_1"}},
        {"adjustments": "none"},
        {"adjustments": [{**ADJUSTMENT, "status": "perhaps"}]},
        {"adjustments": [{**ADJUSTMENT, "occurred_at": "soon"}]},
        {"adjustments": [{**ADJUSTMENT, "occurred_at": "0001-01-01T00:00:00+14:00"}]},
        {"adjustments": [{**ADJUSTMENT, "totals": [{"type": "total", "amount": 10**16}]}]},
        {"fulfillment": {"events": EVENT}},
        {"fulfillment": {"events": [{**EVENT, "tracking_url": "javascript:alert(1)"}]}},
        {"fulfillment": {"events": [{**EVENT, "line_items": [{"id": "x", "quantity": 1}]}]}},
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_report_that_does_not_fit_is_refused(interop: Shop, body: Any) -> None:
    """INTEROP 6."""
    path = f"/orders/{interop.order()}"
    before = interop.ask("GET", path).content

    refused(interop.ask("PUT", path, body), 422, "invalid_request")

    assert interop.ask("GET", path).content == before


@pytest.mark.ucp("ORD-12")
def test_strict_clients_change_no_orders(strict: Shop) -> None:
    """ORD-12."""
    refused(strict.ask("PUT", f"/orders/{strict.order()}", {}), 405, "method_not_allowed")


def test_a_tester_has_an_order_shipped(interop: Shop) -> None:
    """INTEROP 7: even one whose shipment has yet to be opened; and a second time the same."""
    path = f"/testing/simulate-shipping/{interop.order()}"
    interop.fulfillment.late = 2

    answer = interop.client.post(path, headers={"simulation-secret": SECRET})
    again = interop.client.post(path, headers={"simulation-secret": SECRET})

    assert answer.status_code == 200
    assert problems(answer.json(), "get_order") == []
    assert [event["type"] for event in answer.json()["fulfillment"]["events"]] == ["shipped"]
    assert answer.json()["line_items"][0]["status"] == "fulfilled"
    assert again.content == answer.content


def test_what_cannot_be_shipped_is_waited_for_within_bounds(
    interop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "PATIENCE_SECONDS", 0.0)
    path = f"/testing/simulate-shipping/{interop.order()}"
    interop.fulfillment.late = 1000

    answer = interop.client.post(path, headers={"simulation-secret": SECRET})

    refused(answer, 409, "invalid_state")


@pytest.mark.parametrize("secret", ["", "wrong", "\u00fc", SECRET[:-1], None])
def test_a_tester_must_know_the_secret(interop: Shop, secret: str | None) -> None:
    path = f"/testing/simulate-shipping/{interop.order()}"
    headers = {} if secret is None else {b"simulation-secret": secret.encode()}

    refused(interop.client.post(path, headers=headers), 403, "forbidden")

    assert not next(iter(interop.ordering.orders.values())).events


def test_an_order_that_is_not_there_cannot_be_shipped(interop: Shop) -> None:
    answer = interop.client.post(
        "/testing/simulate-shipping/ord_7", headers={"simulation-secret": SECRET}
    )

    refused(answer, 404, "not_found")
    assert "not found" in answer.json()["detail"]


def test_strict_shops_have_no_door_for_testers(strict: Shop) -> None:
    answer = strict.client.post(
        f"/testing/simulate-shipping/{strict.order()}", headers={"simulation-secret": ""}
    )

    assert answer.status_code == 404
