"""Checkouts over REST: what clients send reaches ordering, and what it says reaches them."""

from json import dumps
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response

from domain.contracts.ordering import (
    Buyer,
    BuyerContext,
    CreateCheckout,
    Destination,
    UpdateCheckout,
    WantedGroup,
    WantedLine,
    WantedMethod,
)
from domain.shared.model import OutcomeUnknown, TryAgainLater
from domain.shared.values import Address, Consents, Quantity, Sku
from tests.ucp.conftest import DELIVERED, ROSES, Shop, an_instrument
from tests.ucp.validation import problems

FULL: dict[str, Any] = {
    "id": "chk_mine",
    "status": "completed",
    "currency": "XXX",
    "totals": [{"type": "total", "amount": 1}],
    "links": [],
    "ucp": {"version": "1999-01-01"},
    "line_items": [
        {
            "id": "mine",
            "item": {"id": "rose", "title": "Free rose", "price": 0},
            "quantity": 2,
            "totals": [],
            "parent_id": "other",
        }
    ],
    "buyer": {
        "first_name": "Ada",
        "last_name": " ",
        "fullName": "Ada Byron",
        "email": "ada@example.org",
        "phone_number": None,
        "consent": {"marketing": True, "sale_of_data": False},
    },
    "context": {"language": "de", "eligibility": ["com.example.gold", "Not a claim!"]},
    "signals": {"dev.ucp.buyer_ip": "203.0.113.7"},
    "attribution": {"campaign": "spring"},
    "discounts": {"codes": ["10off"], "applied": [{"title": "All", "amount": 9999}]},
    "fulfillment": {
        "methods": [
            {
                "type": "shipping",
                "line_item_ids": ["mine"],
                "destinations": [{"id": "home", "street_address": "Kai 1"}],
                "selected_destination_id": "home",
                "groups": [{"id": "group_1", "selected_option_id": "std"}],
            }
        ]
    },
    "payment": {"handlers": [], "instruments": [an_instrument()]},
}


def refused(response: Response, status: int, code: str) -> str:
    """What a flat error says."""
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert problems(body, "get_checkout") == []
    return str(body["content"])


@pytest.mark.ucp("RST-1", "RST-2", "RST-3", "RST-4", "CHK-20", "CHK-24", "CHK-25", "RST-17")
def test_a_rose_is_ordered(shop: Shop) -> None:
    """The whole way: create, update, complete, and the order (RST-1 to RST-4, RST-13)."""
    created = shop.create()
    path = f"/checkout-sessions/{created['id']}"
    wanted = {**ROSES, "fulfillment": DELIVERED, "buyer": {"email": "ada@example.org"}}

    updated = shop.ask("PUT", path, wanted)
    completed = shop.pay(created["id"])
    order = shop.ask("GET", f"/orders/{completed.json()['order']['id']}")

    assert [r.status_code for r in (updated, completed, order)] == [200, 200, 200]
    assert problems(updated.json(), "update_checkout") == []
    assert problems(completed.json(), "complete_checkout") == []
    assert problems(order.json(), "get_order") == []
    assert created["status"] == "incomplete"
    assert updated.json()["status"] == "ready_for_complete"
    assert completed.json()["status"] == "completed"
    assert order.json()["checkout_id"] == created["id"]


@pytest.mark.ucp("GEN-5", "GEN-6", "GEN-7", "CHK-12", "SEC-6", "DSC-2", "CON-1", "FUL-4")
def test_all_that_may_be_sent_is_understood_and_the_rest_ignored(shop: Shop) -> None:
    """UCP 10.1, GEN-5, GEN-6; INTEROP 10. Blank is not said."""
    created = shop.create(FULL)

    (message,) = [m for m in shop.ordering.asked if isinstance(m, CreateCheckout)]
    assert message.lines == (
        WantedLine(sku=Sku("rose"), quantity=Quantity(2), line_id="mine", parent_id="other"),
    )
    consents = Consents(marketing=True, sale_of_data=False)
    assert message.buyer == Buyer(first_name="Ada", email="ada@example.org", consents=consents)
    assert message.context == BuyerContext(language="de", eligibility=("com.example.gold",))
    assert message.codes == ("10off",)
    assert message.methods == (
        WantedMethod(
            kind="shipping",
            line_ids=("mine",),
            destinations=(
                Destination(address=Address(street_address="Kai 1"), destination_id="home"),
            ),
            selected_destination_id="home",
            groups=(WantedGroup(group_id="group_1", selected_option_id="std"),),
        ),
    )
    assert created["currency"] == "USD"
    assert created["line_items"][0]["item"]["price"] == 3500
    assert "203.0.113.7" not in str(created)


@pytest.mark.ucp("CHK-22")
@pytest.mark.parametrize(("fixture", "stays"), [("strict", False), ("interop", True)])
def test_what_an_update_does_not_mention(
    request: pytest.FixtureRequest, fixture: str, *, stays: bool
) -> None:
    """CHK-22: it is removed; INTEROP 5: it stays. INTEROP 14: stored addresses are offered."""
    shop: Shop = request.getfixturevalue(fixture)
    created = shop.create({**ROSES, "discounts": {"codes": []}})

    shop.ask("PUT", f"/checkout-sessions/{created['id']}", ROSES)

    create, update = (m for m in shop.ordering.asked if hasattr(m, "lines"))
    assert isinstance(create, CreateCheckout)
    assert isinstance(update, UpdateCheckout)
    assert (create.codes, update.codes, update.methods) == ((), None, None)
    assert (update.is_merge, update.offers_stored_addresses) == (stays, stays)


@pytest.mark.ucp("IDM-1", "IDM-2", "IDM-3", "IDM-4", "RST-21")
def test_asking_again_under_the_same_key_gets_the_same_bytes(shop: Shop) -> None:
    """IDM-3, and IDM-4: another body under it is a conflict."""
    key = uuid4().hex

    first = shop.ask("POST", "/checkout-sessions", ROSES, idempotency_key=key)
    again = shop.ask("POST", "/checkout-sessions", ROSES, idempotency_key=key)
    spaced = dumps(ROSES, indent=2).encode()
    written = {"content_type": "application/json", "idempotency_key": key}
    anew = shop.ask("POST", "/checkout-sessions", spaced, **written)
    other = shop.ask("POST", "/checkout-sessions", FULL, idempotency_key=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert anew.content == first.content
    assert len(shop.ordering.checkouts) == 1
    refused(other, 409, "idempotency_conflict")


def test_a_request_is_the_same_wherever_it_is_sent(interop: Shop) -> None:
    """INTEROP 8."""
    key = uuid4().hex
    first = interop.ask("POST", "/checkout-sessions", ROSES, idempotency_key=key)
    interop.base = "/ucp/v1"

    again = interop.ask("POST", "/checkout-sessions", ROSES, idempotency_key=key)

    assert (again.status_code, again.content) == (201, first.content)


def test_requests_without_a_key_are_each_their_own(shop: Shop) -> None:
    """A-13: on create and update a key may be missing."""
    names = {shop.create(idempotency_key=None)["id"] for _ in range(2)}

    assert len(names) == 2


@pytest.mark.ucp("IDM-8", "RST-21")
@pytest.mark.parametrize("what", ["complete", "cancel"])
def test_strict_clients_name_what_must_not_happen_twice(strict: Shop, what: str) -> None:
    """IDM-8, A-13."""
    path = f"/checkout-sessions/{strict.ready()}/{what}"
    body = {"payment": {"instruments": [an_instrument()]}}

    missing = strict.ask("POST", path, body, idempotency_key=None)
    short = strict.ask("POST", path, body, idempotency_key="guessable")

    assert "Idempotency-Key" in refused(missing, 400, "invalid_request")
    assert "Idempotency-Key" in refused(short, 400, "invalid_request")
    assert not strict.ordering.orders


def test_interop_clients_may_use_any_key_or_none(interop: Shop) -> None:
    assert interop.pay(interop.ready(), idempotency_key=None).status_code == 200
    assert interop.pay(interop.ready(), idempotency_key="1").status_code == 200


@pytest.mark.ucp("CHK-29", "PAY-11", "RST-18")
def test_a_declined_card_is_an_outcome_and_leaves_the_checkout_open(strict: Shop) -> None:
    """CHK-29, RST-18."""
    checkout_id = strict.ready()

    declined = strict.pay(checkout_id, "fail_token")

    assert declined.status_code == 200
    assert declined.json()["messages"][0]["code"] == "payment_failed"
    assert problems(declined.json(), "complete_checkout") == []
    assert strict.pay(checkout_id).json()["status"] == "completed"


def test_a_declined_card_has_a_status_of_its_own_in_interop_mode(interop: Shop) -> None:
    """INTEROP 9."""
    declined = interop.pay(interop.ready(), "fail_token")

    assert (declined.status_code, declined.json()["detail"]) == (402, "The card was declined.")


@pytest.mark.ucp("CHK-27", "CHK-32")
def test_completing_without_a_destination(shop: Shop) -> None:
    """CHK-27; INTEROP 9."""
    answer = shop.pay(shop.create()["id"])

    is_interop = shop.base == ""
    assert answer.status_code == (400 if is_interop else 200)
    told = "Fulfillment address and option must be selected" in answer.json().get("detail", "")
    assert told == is_interop
    assert problems(answer.json(), "complete_checkout") == []


@pytest.mark.ucp("CHK-7", "CHK-8", "CHK-30", "RST-5", "CHK-11")
def test_what_is_over_stays_so(shop: Shop) -> None:
    """CHK-7, CHK-8, A-52; INTEROP 18."""
    checkout_id = shop.ready()
    path = f"/checkout-sessions/{checkout_id}"
    cancelled = shop.ask("POST", f"{path}/cancel")

    again = shop.ask("POST", f"{path}/cancel", {})

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "canceled")
    assert problems(cancelled.json(), "cancel_checkout") == []
    refused(again, 409, "invalid_state")
    refused(shop.ask("PUT", path, ROSES), 409, "invalid_state")
    refused(shop.pay(checkout_id), 409, "invalid_state")
    assert shop.get(checkout_id)["status"] == "canceled"


@pytest.mark.ucp("MSG-3", "MSG-4")
def test_what_is_over_asks_for_nothing_to_be_mended(shop: Shop) -> None:
    created = shop.create()
    cancelled = shop.ask("POST", f"/checkout-sessions/{created['id']}/cancel").json()

    errors = [m for m in created["messages"] if m["type"] == "error"]
    assert [m["severity"] for m in errors] == ["recoverable"]
    assert [m for m in cancelled["messages"] if m["type"] == "error"] == []
    assert problems(cancelled, "cancel_checkout") == []


@pytest.mark.ucp("CHK-24", "ERR-6")
@pytest.mark.parametrize("name", ["chk_" + "0" * 32, "ord_" + "0" * 32, "7", "%F0%9F%8C%B9"])
@pytest.mark.parametrize(
    ("method", "suffix"), [("GET", ""), ("PUT", ""), ("POST", "/complete"), ("POST", "/cancel")]
)
def test_what_is_not_there_is_an_outcome(shop: Shop, name: str, method: str, suffix: str) -> None:
    """ERR-6, CHK-24: never 404."""
    body = {"payment": {"instruments": []}, **ROSES}

    answer = shop.ask(
        method, f"/checkout-sessions/{name}{suffix}", None if method == "GET" else body
    )

    assert answer.status_code == 200
    assert answer.json()["messages"][0]["code"] == "not_found"
    assert problems(answer.json(), "get_checkout") == []


@pytest.mark.ucp("SEC-3")
def test_checkouts_of_others_are_not_there(strict: Shop) -> None:
    """SEC-3."""
    checkout_id = strict.ready()
    details = next(iter(strict.ordering.checkouts.values()))
    object.__setattr__(details, "client", "platform:other")

    answer = strict.ask("GET", f"/checkout-sessions/{checkout_id}")

    assert answer.json()["messages"][0]["code"] == "not_found"


@pytest.mark.ucp("CHK-21", "RST-18")
@pytest.mark.parametrize(
    ("line", "code", "detail"),
    [
        ({"item": {"id": "orchid"}, "quantity": 1}, "item_unavailable", "not found"),
        ({"item": {"id": "rose"}, "quantity": 99}, "out_of_stock", "Insufficient stock"),
    ],
)
def test_nothing_to_sell_makes_no_checkout(
    shop: Shop, line: dict[str, Any], code: str, detail: str
) -> None:
    """CHK-21; INTEROP 11."""
    answer = shop.ask("POST", "/checkout-sessions", {"line_items": [line]})

    assert answer.status_code == 200
    assert problems(answer.json(), "create_checkout") == []
    assert answer.json()["messages"][0]["code"] == code
    assert "id" not in answer.json()
    assert detail in answer.text


@pytest.mark.ucp("ERR-2", "IDM-5")
@pytest.mark.parametrize("failure", [TryAgainLater("x"), OutcomeUnknown("x"), TimeoutError()])
def test_what_cannot_be_done_now_may_be_asked_again(shop: Shop, failure: Exception) -> None:
    """ERR-2, IDM-5."""
    shop.ordering.failure = failure

    answer = shop.ask("POST", "/checkout-sessions", ROSES)

    refused(answer, 503, "service_unavailable")
    assert answer.headers["retry-after"] == "1"


def test_strangers_get_no_traceback(shop: Shop) -> None:
    shop.create()
    shop.ordering.failure = ZeroDivisionError("the secret is 42")

    answer = shop.ask("POST", "/checkout-sessions", ROSES)

    assert "42" not in refused(answer, 500, "internal_error")


def test_addresses_and_methods_that_do_not_exist(shop: Shop) -> None:
    """RST-17: in the API's own words."""
    refused(shop.ask("DELETE", "/checkout-sessions"), 405, "method_not_allowed")
    refused(shop.ask("GET", "/orders"), 404, "not_found")


def test_an_address_that_nobody_knows_is_answered_in_the_same_words(shop: Shop) -> None:
    reply = shop.client.get("/nowhere")

    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


def test_a_method_that_is_not_allowed_says_which_are(shop: Shop) -> None:
    reply = shop.client.delete("/.well-known/ucp")

    assert (reply.status_code, reply.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in reply.headers["allow"]
    assert shop.client.head("/.well-known/ucp").status_code == 200


@pytest.mark.ucp("RST-19")
@pytest.mark.parametrize(
    ("header", "context", "language"),
    [
        ("de-CH, fr;q=0.9, *;q=0.5", None, "de-CH"),
        ("en;q=0.2, fr; q=0.8 ,nl;q=0.8", {}, "fr"),
        ("de", {"language": "it"}, "it"),
        ("*, <script>, de;q=7, x-1;q=0", None, None),
        (f"{'a' * 100_000}", None, None),
        (None, None, None),
    ],
)
def test_the_header_says_which_language_is_read_where_the_context_does_not(
    strict: Shop, header: str | None, context: Any, language: str | None
) -> None:
    told = {"accept_language": header} if header else {}
    body = {**ROSES, "context": context}

    created = strict.ask("POST", "/checkout-sessions", body, **told)
    updated = strict.ask("PUT", f"/checkout-sessions/{created.json()['id']}", body, **told)

    for answer in (created, updated):
        assert answer.json().get("context", {}).get("language") == language
        assert answer.headers["content-language"] == "en"


@pytest.mark.ucp("RST-19")
def test_a_context_that_is_kept_is_not_replaced_by_the_language_of_a_header(interop: Shop) -> None:
    created = interop.create({**ROSES, "context": {"address_country": "DE"}})

    interop.ask("PUT", f"/checkout-sessions/{created['id']}", ROSES, accept_language="fr")

    (update,) = (m for m in interop.ordering.asked if isinstance(m, UpdateCheckout))
    assert update.context is None
