"""Orders and returns over the merchant API: what is asked, and how it is answered."""

from asyncio import run
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.edge.problem_kinds import NAMESPACE
from app.main import create_apps
from app.settings import Settings
from domain.contracts.ordering import OrderDetails
from domain.shared.ids import public
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import KeptHouse, a_shop
from tests.hired import hired
from tests.ordering.shelf import Shelf


@dataclass
class Staff:
    """Somebody at the desk, and an order of three teas that was sent."""

    client: TestClient
    api_key: str
    order: OrderDetails

    @property
    def order_id(self) -> str:
        return public("ord", self.order.order_id)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {"x-api-key": self.api_key, **told}
        return self.client.request(method, f"/v1{path}", json=body, headers=told)

    def post(self, path: str, body: Any = None, key: str = "k") -> Response:
        return self.ask("POST", path, body, idempotency_key=key)

    def opened(self, units: int = 2, key: str = "k") -> str:
        line = {"line_id": self.order.lines[0].line_id, "units": units}
        reply = self.post(f"/orders/{self.order_id}/returns", {"lines": [line]}, key)
        assert reply.status_code == 201, reply.text
        name: str = reply.json()["id"]
        assert reply.headers["location"] == f"/v1/returns/{name}"
        return name

    def came(self, **units: int) -> dict[str, Any]:
        return {"lines": [{"line_id": self.order.lines[0].line_id, **units}]}


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    settings = Settings(**a_shop(tmp_path_factory.mktemp("desk")))
    run(migrate(settings))
    key = run(hired(settings))
    public_app, _ = create_apps(settings)
    with TestClient(public_app) as client:
        assert client.portal
        house = KeptHouse("near", settings.database_url, _near=public_app.state.house)
        shelf = client.portal.call(Shelf.stocked, house)
        yield Staff(client, key, client.portal.call(shelf.sent, 3))


def problem(reply: Response) -> tuple[int, str]:
    body = reply.json()
    assert (reply.headers["content-type"], body["status"]) == (
        "application/problem+json",
        reply.status_code,
    )
    return reply.status_code, body["type"].removeprefix(NAMESPACE)


def test_an_order_is_found_in_lists_and_alone(staff: Staff) -> None:
    sku, at = staff.order.lines[0].sku, staff.order.placed_at.isoformat().replace("+", "%2B")

    page = staff.ask("GET", f"/orders?sku={sku}&status=shipped&placed_from={at}&limit=1").json()
    one = staff.ask("GET", f"/orders/{staff.order_id}")

    assert page["next"] is None
    assert [(o["id"], o["total"]) for o in page["items"]] == [
        (staff.order_id, {"amount": 11000, "currency": "USD"})
    ]
    body = one.json()
    assert (body["status"], body["delivery"]) == ("shipped", "shipped")
    assert body["payment_id"] == public("pay", staff.order.attempt_id)
    assert body["lines"][0]["units_fulfilled"] == 3
    assert body["promises"][0]["destination"]["address_country"] == "US"
    assert one.headers["etag"].strip('"').isdigit()


@pytest.mark.parametrize(
    "query", ["placed_from=2026-04-08T12:00:00", "status=perhaps", "after=x", "email=%00"]
)
def test_a_filter_that_makes_no_sense_is_told(staff: Staff, query: str) -> None:
    status, _ = problem(staff.ask("GET", f"/orders?{query}"))

    assert status == 422


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/orders/ord_" + "0" * 32, (404, "ordering:unknown-order")),
        ("/orders/something", (422, "invalid-request")),
        ("/orders/ord_" + "0" * 32 + "/shipments", (404, "fulfillment:no-shipment")),
        ("/returns/ret_" + "0" * 32, (404, "ordering:unknown-return")),
    ],
)
def test_what_is_not_there_is_told(staff: Staff, path: str, said: tuple[int, str]) -> None:
    assert problem(staff.ask("GET", path)) == said


def test_a_note_is_put_in_the_version_that_was_read(staff: Staff) -> None:
    path, tag = f"/orders/{staff.order_id}/note", {"if_match": ""}
    tag["if_match"] = staff.ask("GET", f"/orders/{staff.order_id}").headers["etag"]

    noted = staff.ask("PUT", path, {"note": "ring twice"}, **tag)
    stale = staff.ask("PUT", path, {"note": "ring once"}, **tag)
    bare = staff.ask("PUT", path, {"note": "ring once"})
    any_version = staff.ask("PUT", path, {"note": "ring"}, if_match="*")

    assert noted.json()["note"] == "ring twice"
    assert noted.headers["etag"] != tag["if_match"]
    assert problem(stale) == (412, "ordering:order-changed")
    assert problem(bare) == (428, "precondition-required")
    assert any_version.json()["note"] == "ring"


def test_what_was_sent_is_listed_and_not_cancelled(staff: Staff) -> None:
    shipment = staff.ask("GET", f"/orders/{staff.order_id}/shipments").json()
    again = staff.post(f"/orders/{staff.order_id}/shipments", {}, "p1")
    more = staff.post(f"/orders/{staff.order_id}/shipments", {}, "p2")
    cancelled = staff.post(f"/orders/{staff.order_id}/cancel", {})

    assert [line["units_shipped"] for line in shipment["lines"]] == [3]
    assert (again.status_code, again.json()) == (201, shipment["parcels"][0])
    assert problem(more) == (409, "fulfillment:more-than-ordered")
    assert problem(cancelled) == (409, "ordering:already-shipped")


def test_a_refund_needs_a_key_and_is_the_refund_of_its_key(staff: Staff) -> None:
    path, body = f"/orders/{staff.order_id}/refunds", {"amount": {"amount": 1, "currency": "USD"}}

    first = staff.post(path, body, "r")
    again = staff.post(path, body, "r")
    other = staff.post(path, {**body, "reason": "late"}, "r")
    bare = staff.ask("POST", path, body)
    much = staff.post(path, {"amount": {"amount": 10**9, "currency": "USD"}}, "s")
    odd = staff.post(path, {"amount": {"amount": 1, "currency": "dollars"}}, "s")
    nothing = staff.post(path, {"amount": {"amount": 0, "currency": "USD"}}, "s")
    euros = staff.post(path, {"amount": {"amount": 1, "currency": "EUR"}}, "s")

    assert [reply.status_code for reply in (first, again)] == [201, 201]
    assert len(first.json()["adjustments"]) == len(again.json()["adjustments"])
    assert problem(other) == (409, "ordering:key-reused")
    assert problem(bare) == (400, "idempotency-key-missing")
    assert problem(much) == (409, "ordering:more-than-paid")
    assert problem(odd) == (422, "invalid-request")
    for unfit, why in ((nothing, "more than nothing"), (euros, "paid in USD")):
        assert problem(unfit) == (422, "ordering:unfit-request")
        assert why in unfit.json()["detail"]


@pytest.mark.parametrize("units", [True, "1", 1.5, 0])
def test_units_are_whole_numbers_and_nothing_else(staff: Staff, units: object) -> None:
    line = {"line_id": staff.order.lines[0].line_id}

    opened = staff.post(f"/orders/{staff.order_id}/returns", {"lines": [{**line, "units": units}]})
    came = staff.post("/returns/ret_1/receive", {"lines": [{**line, "restocked": units or -1}]})

    for reply in (opened, came):
        assert problem(reply) == (422, "invalid-request")


def test_a_return_goes_through_its_steps(staff: Staff) -> None:
    name = staff.opened(key="steps")

    approved = staff.post(f"/returns/{name}/approve")
    received = staff.post(f"/returns/{name}/receive", staff.came(restocked=1, written_off=1))
    refund = {"amount": {"amount": 500, "currency": "USD"}}
    refunded = staff.post(f"/returns/{name}/refund", refund)
    late = staff.post(f"/returns/{name}/cancel", {"reason": "a mistake"})
    listed = staff.ask("GET", f"/orders/{staff.order_id}/returns").json()
    sought = staff.ask("GET", f"/returns?order_id={staff.order_id}&state=requested").json()

    assert [reply.json()["state"] for reply in (approved, received)] == ["approved", "received"]
    assert received.json()["due"] == {"amount": 7000, "currency": "USD"}
    (refund_shown,) = refunded.json()["refunds"]
    assert refund_shown["amount"] == {"amount": 500, "currency": "USD"}
    assert problem(late) == (409, "ordering:return-stands-otherwise")
    assert name in [one["id"] for one in listed["items"]]
    assert name not in [one["id"] for one in sought["items"]]


def test_a_return_that_is_rejected_or_cancelled_stays_so(staff: Staff) -> None:
    rejected, cancelled = staff.opened(1, "a"), None
    no = staff.ask("POST", f"/returns/{rejected}/reject", {"reason": "worn"})
    cancelled = staff.opened(1, "b")
    undone = staff.post(f"/returns/{cancelled}/cancel", {})

    assert (no.json()["state"], no.json()["decision"]) == ("rejected", "worn")
    assert undone.json()["state"] == "cancelled"
    for name in (rejected, cancelled):
        late = staff.post(f"/returns/{name}/receive", staff.came(restocked=1))
        assert problem(late) == (409, "ordering:return-stands-otherwise")


def test_attempts_say_where_they_stand(staff: Staff) -> None:
    page = staff.ask("GET", "/attempts?state=completed").json()

    assert [(one["order_id"], one["notices"]) for one in page["items"]] == [(staff.order_id, [])]
