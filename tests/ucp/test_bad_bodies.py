"""Bodies that make no sense are refused as a whole, in one short line (A-56, GEN-7)."""

from json import dumps
from typing import Any

import pytest

from app.ucp.errors import NO_JSON
from domain.contracts.ordering import CompleteCheckout, CreateCheckout
from tests.ucp.conftest import ROSES, Shop, an_instrument
from tests.ucp.test_checkout_routes import refused

ROSE = {"item": {"id": "rose"}, "quantity": 1}


def a_line(**more: Any) -> dict[str, Any]:
    return {"line_items": [{**ROSE, **more}]}


@pytest.mark.ucp("RST-15", "RST-25")
@pytest.mark.parametrize(
    ("said", "status"),
    [
        (None, 201),
        ("application/json; charset=utf-8", 201),
        ("application/problem+json", 201),
        ("text/plain", 400),
        ("nonsense", 400),
    ],
)
def test_a_body_is_json_unless_it_is_said_to_be_something_else(
    shop: Shop, said: str | None, status: int
) -> None:
    answer = shop.ask("POST", "/checkout-sessions", dumps(ROSES).encode(), content_type=said)

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["content"] == NO_JSON


@pytest.mark.ucp("RST-15")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"rose"',
        b"{}",
        b'{"line_items": NaN}',
        b'{"line_items": [{"item": {"id": "\xff"}, "quantity": 1}]}',
        b'{"line_items": [{"item": {"id": "\\ud800"}, "quantity": 1}]}',
        b'{"line_items": [{"item": {"id": "rose"}, "quantity": ' + b"9" * 5000 + b"}]}",
        b"[" * 100_000,
        {"line_items": []},
        {"line_items": [ROSE] * 101},
        {"line_items": {"0": ROSE}},
        {"line_items": [ROSE, {"item": {"id": "rose"}}]},
        a_line(quantity=0),
        a_line(quantity=-1),
        a_line(quantity=10**12),
        a_line(quantity=True),
        a_line(quantity="1"),
        a_line(quantity=1.5),
        a_line(quantity=None),
        a_line(item={"id": ""}),
        a_line(item={"id": "r\u0000se"}),
        a_line(item={"id": "r" * 101}),
        a_line(item="rose"),
        {"line_items": [{**ROSE, "id": "same"}, {**ROSE, "id": "same"}]},
        {**ROSES, "buyer": "Ada"},
        {**ROSES, "buyer": {"email": 7}},
        {**ROSES, "buyer": {"email": "a" * 501}},
        {**ROSES, "buyer": {"consent": {"marketing": "yes"}}},
        {**ROSES, "context": {"eligibility": "com.example.gold"}},
        {**ROSES, "discounts": {"codes": "10OFF"}},
        {**ROSES, "discounts": {"codes": ["10OFF"] * 21}},
        {**ROSES, "fulfillment": {"methods": [{"type": "teleport"}]}},
        {**ROSES, "fulfillment": {"methods": [{"type": "shipping"}] * 21}},
        {**ROSES, "fulfillment": {"methods": [{"destinations": [{}] * 51}]}},
    ],
    ids=lambda body: str(body)[:60],
)
def test_nothing_comes_of_a_body_that_makes_no_sense(shop: Shop, body: Any) -> None:
    answer = shop.ask("POST", "/checkout-sessions", body, content_type="application/json")

    assert len(refused(answer, 400, "invalid_request")) < 500
    assert not [m for m in shop.ordering.asked if isinstance(m, CreateCheckout)]


def test_a_body_must_say_that_it_is_json(shop: Shop) -> None:
    """RST-15."""
    answer = shop.ask("POST", "/checkout-sessions", b"{}", content_type="text/plain")

    refused(answer, 400, "invalid_request")


def test_what_is_wrong_and_where_is_told_but_not_what_was_sent(shop: Shop) -> None:
    """PRV-3: it may be a secret."""
    body = {"payment": {"instruments": [an_instrument(handler_id=4242424242424242)]}}

    answer = shop.ask("POST", f"/checkout-sessions/{shop.ready()}/complete", body)

    content = refused(answer, 400, "invalid_request")
    assert content.startswith("body.payment.instruments.0.handler_id:")
    assert "4242" not in content
    assert "success_token" not in answer.text


@pytest.mark.ucp("PAY-9")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"payment": None},
        {"payment": {"instruments": [{"id": "x"}]}},
        {"payment": {"instruments": [an_instrument(credential=None)]}},
        {"payment": {"instruments": [an_instrument(credential={"type": "token"})]}},
        {"payment": {"instruments": [an_instrument(), an_instrument()]}},
        {"payment": {"instruments": [an_instrument(selected=True), an_instrument(selected=True)]}},
    ],
    ids=str,
)
def test_a_payment_that_makes_no_sense_is_not_tried(shop: Shop, body: Any) -> None:
    """UCP 10.1, PAY-9."""
    path = f"/checkout-sessions/{shop.ready()}/complete"

    refused(shop.ask("POST", path, body), 400, "invalid_request")

    assert not [m for m in shop.ordering.asked if isinstance(m, CompleteCheckout)]


def paid_with(shop: Shop, *instruments: Any, **more: Any) -> CompleteCheckout:
    body = {"payment": {"instruments": list(instruments)}, **more}
    shop.ask("POST", f"/checkout-sessions/{shop.ready()}/complete", body)
    (message,) = [m for m in shop.ordering.asked if isinstance(m, CompleteCheckout)]
    return message


@pytest.mark.ucp("PAY-9")
def test_the_selected_instrument_is_the_one_that_pays(shop: Shop) -> None:
    """PAY-9."""
    other = an_instrument("other_token", id="instr_2")
    chosen = an_instrument(selected=True, credential={"token": "t", "binding": {"x": 1}})

    message = paid_with(shop, other, chosen)

    assert message.instrument
    assert (message.instrument.instrument_id, message.instrument.token) == ("instr_1", "t")
    assert "token=..." in repr(message)


@pytest.mark.ucp("PAY-9")
def test_what_costs_nothing_needs_no_instrument(shop: Shop) -> None:
    """A-21."""
    assert paid_with(shop).instrument is None


CARD = {"type": "card", "card_number_type": "fpan", "number": "4242424242424242", "cvc": "223"}


@pytest.mark.ucp("PAY-6", "PAY-8")
def test_the_number_of_a_card_goes_nowhere(interop: Shop) -> None:
    """INTEROP 15: raw cards are taken in interop mode; PAY-6: their numbers are not kept."""
    message = paid_with(interop, an_instrument(credential=CARD))

    assert message.instrument
    assert message.instrument.token == "raw-card"


@pytest.mark.ucp("PAY-8")
def test_strict_clients_send_no_raw_cards(strict: Shop) -> None:
    """PAY-8."""
    body = {"payment": {"instruments": [an_instrument(credential=CARD)]}}

    answer = strict.ask("POST", f"/checkout-sessions/{strict.ready()}/complete", body)

    assert "4242" not in refused(answer, 400, "invalid_request")


def test_a_mandate_is_believed_in_interop_mode_alone(strict: Shop, interop: Shop) -> None:
    """INTEROP 16."""
    mandate = {"ap2": {"checkout_mandate": "ey..."}}
    body = {"payment": {"instruments": [an_instrument()]}, **mandate}

    answer = strict.ask("POST", f"/checkout-sessions/{strict.ready()}/complete", body)

    refused(answer, 400, "invalid_request")
    assert paid_with(interop, an_instrument(), **mandate).instrument
