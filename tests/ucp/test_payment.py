"""What must not be charged is not, and what must not be kept is nowhere (UCP section 17)."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.ucp.payment import is_card_number
from tests.edge.identities import FakeIdentity
from tests.ucp.conftest import DELIVERED, KEY, OWN_AGENT, ROSES, Shop, an_instrument
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.test_checkout_routes import refused
from tests.ucp.test_whole_shop import opened, stocked

CARD, VERIFICATION = "4242424242424242", "9376"
RAW = {
    "type": "card",
    "card_number_type": "fpan",
    "number": CARD,
    "expiry_month": 12,
    "expiry_year": 2099,
    "cvc": VERIFICATION,
    "name": "Ada Lovelace",
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with ExitStack() as stack:
        client = opened(stack, tmp_path, public_url="https://shop.example")
        stocked(client)
        ordering = FakeOrdering()
        headers = {"ucp-agent": OWN_AGENT, "x-api-key": KEY}
        yield Shop(client, ordering, FakeFulfillment(ordering), FakeIdentity(), headers)


def paid(shop: Shop, checkout_id: str, **changes: Any) -> dict[str, Any]:
    """What is answered to one who pays with an instrument that is changed like this."""
    body = {"payment": {"instruments": [an_instrument(**changes)]}}
    answer = shop.ask("POST", f"/checkout-sessions/{checkout_id}/complete", body)
    told: dict[str, Any] = answer.json()
    assert answer.status_code == 200, told
    return told


def credential(**more: Any) -> dict[str, Any]:
    return {"credential": {"type": "token", "token": "success_token", **more}}


@pytest.mark.ucp("PAY-3", "PAY-4", "PAY-10", "PAY-12", "PAY-13", "CHK-29")
def test_what_must_not_be_charged_is_told_and_nothing_is_held(shop: Shop) -> None:
    checkout_id = shop.ready()
    other = shop.ready()
    wrong: tuple[dict[str, Any], ...] = (
        {"handler_id": "shop_pay"},
        {"handler_id": "of_nobody"},
        {"type": "shop_pay"},
        credential(binding={"checkout_id": other}),
        credential(expires_at="2020-01-01T00:00:00Z"),
    )

    for changes in wrong:
        told = paid(shop, checkout_id, **changes)

        assert told["status"] == "ready_for_complete"
        (message,) = told["messages"]
        assert (message["code"], message["severity"]) == ("payment_failed", "recoverable")

    good = credential(binding={"checkout_id": checkout_id}, expires_at="2099-01-01T00:00:00Z")
    assert paid(shop, checkout_id, **good)["status"] == "completed"


def test_a_number_of_a_card_is_known_by_its_last_digit() -> None:
    assert is_card_number(CARD)
    assert is_card_number("4242 4242-4242 4242")
    assert not is_card_number("4242424242424241")
    assert not is_card_number("success_token")


@pytest.mark.ucp("PAY-5", "PAY-6", "PAY-8", "CHK-31", "PRV-1", "PRV-3", "SEC-5")
def test_the_number_of_a_card_is_kept_nowhere_and_never_told(
    shop: Shop, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Wherever it is sent: as a credential, as a token, beside one, and before anybody asked."""
    instrument = an_instrument(display={"brand": "visa", "number": CARD}, number=CARD)
    payment = {"instruments": [{**instrument, "credential": RAW}]}
    early = {**ROSES, "fulfillment": DELIVERED, "payment": payment, "card": CARD}
    created = shop.ask("POST", "/checkout-sessions", early)
    path = f"/checkout-sessions/{created.json()['id']}"
    token = {"type": "token", "token": "success_token", "number": CARD, "cvc": VERIFICATION}

    answers = [
        created,
        shop.ask("PUT", path, early),
        shop.ask("POST", f"{path}/complete", {"payment": payment}),
        shop.ask(
            "POST",
            f"{path}/complete",
            {"payment": {"instruments": [an_instrument(credential={**RAW, "token": CARD})]}},
        ),
        shop.ask(
            "POST",
            f"{path}/complete",
            {"payment": {"instruments": [an_instrument(credential={"number": [CARD]}, type=4)]}},
        ),
        shop.ask(
            "POST",
            f"{path}/complete",
            {"payment": {"instruments": [{**instrument, "credential": token}]}, "card": CARD},
        ),
    ]

    refused(answers[2], 400, "invalid_request")
    refused(answers[3], 400, "invalid_request")
    assert answers[-1].json()["status"] == "completed"
    shown = capfd.readouterr()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"success_token" not in kept
    for text in (shown.out, shown.err, *(answer.text for answer in answers)):
        assert CARD not in text
    assert CARD.encode() not in kept
    assert b"ready_for_complete" in kept, "what is kept was looked at"
