"""What a checkout says beside its figures: warnings of the law, policies, what the buyer must do."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.contracts.catalog import Catalog, Disclosure, ProductDetails, PutProducts
from domain.contracts.ordering import (
    CompleteCheckout,
    FindCheckout,
    Ordering,
    PaymentInstrument,
    Request,
)
from domain.shared.ids import from_public
from domain.shared.values import CheckoutId
from tests.edge.identities import FakeIdentity
from tests.ucp.conftest import DELIVERED, KEY, OWN_AGENT, ROSES, Shop, an_instrument
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.test_whole_shop import ROSE, house_of, opened, stocked, teller
from tests.ucp.validation import problems

THORNS = Disclosure(
    code="safety",
    text="Has thorns.",
    image_url="https://shop.example/thorns.png",
    url="https://shop.example/safety",
)
ONLY_THERE = Disclosure(code="prop65", text="Known to the State.", country="US", region="CA")
MANY = {"line_items": [{"item": {"id": "rose"}, "quantity": 3}], "fulfillment": DELIVERED}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """It has a word to say of its roses, and of whoever buys three."""
    folder: Path = tmp_path_factory.mktemp("messages")
    more = {"terms_url": "https://shop.example/terms", "faq_url": "https://shop.example/faq"}
    with ExitStack() as stack:
        client = opened(
            stack, folder, public_url="https://shop.example", review_from=10_000, **more
        )
        stocked(client)
        product = ProductDetails(
            product_id="rose", title="Rose", variants=(ROSE,), disclosures=(THORNS, ONLY_THERE)
        )
        teller(client)(
            house_of(client).contract(Catalog).put_products, PutProducts(products=(product,))
        )
        ordering = FakeOrdering()
        headers = {"ucp-agent": OWN_AGENT, "x-api-key": KEY}
        yield Shop(client, ordering, FakeFulfillment(ordering), FakeIdentity(), headers)


def disclosed(body: dict[str, Any]) -> list[str]:
    return [m["code"] for m in body["messages"] if m.get("presentation") == "disclosure"]


@pytest.mark.ucp("MSG-6", "MSG-7")
def test_what_must_stand_beside_a_line_says_so(shop: Shop) -> None:
    body = shop.create({**ROSES, "fulfillment": DELIVERED})

    (message,) = [m for m in body["messages"] if m["code"] == "safety"]
    assert message == {
        "type": "warning",
        "code": "safety",
        "content": THORNS.text,
        "path": "$.line_items[0]",
        "presentation": "disclosure",
        "image_url": THORNS.image_url,
        "url": THORNS.url,
    }
    page = shop.client.get(body["continue_url"].removeprefix("https://shop.example")).text
    assert '<img src="https://shop.example/thorns.png"' in page
    assert "Has thorns." in page
    assert "Please check" not in page


@pytest.mark.ucp("MSG-8")
def test_only_what_applies_where_goods_go_is_told(shop: Shop) -> None:
    somewhere = shop.create(ROSES)
    supposed = shop.create({**ROSES, "context": {"address_country": "US", "address_region": "CA"}})
    delivered = shop.create({**ROSES, "fulfillment": DELIVERED})

    assert disclosed(somewhere) == disclosed(supposed) == ["safety", "prop65"]
    assert disclosed(delivered) == ["safety"]


@pytest.mark.ucp("MSG-6", "MSG-8")
@pytest.mark.parametrize("country", ["USA", "usa", "United States"])
def test_what_applies_in_a_country_is_told_however_it_is_spelt(shop: Shop, country: str) -> None:
    there = {"context": {"address_country": country, "address_region": "CA"}}

    asked = {**there, "ids": ["rose"]}
    found = shop.ask("POST", "/catalog/lookup", asked).json()

    assert disclosed(shop.create({**ROSES, **there})) == ["safety", "prop65"]
    assert "prop65" in disclosed(found)


@pytest.mark.ucp("CHK-13")
def test_goods_are_called_and_cost_the_same_in_the_catalog(shop: Shop) -> None:
    (line,) = shop.create()["line_items"]

    found = shop.ask("POST", "/catalog/lookup", {"ids": ["rose"]}).json()

    (variant,) = found["products"][0]["variants"]
    assert (variant["id"], variant["title"]) == (line["item"]["id"], line["item"]["title"])
    assert variant["price"]["amount"] == line["item"]["price"]


@pytest.mark.ucp("LNK-1", "LNK-2")
def test_the_policies_of_the_shop_are_told_and_stand_below_pages(shop: Shop) -> None:
    body = shop.create()

    assert body["links"] == [
        {
            "type": "terms_of_service",
            "url": "https://shop.example/terms",
            "title": "Terms of service",
        },
        {"type": "faq", "url": "https://shop.example/faq", "title": "Questions and answers"},
    ]
    page = shop.client.get(body["continue_url"].removeprefix("https://shop.example")).text
    assert '<a href="https://shop.example/terms">Terms of service</a>' in page


@pytest.mark.ucp("CHK-3", "CHK-17", "CHK-18", "CHK-32", "MSG-1", "MSG-3")
def test_what_is_worth_much_is_placed_by_the_buyer(shop: Shop) -> None:
    created = shop.create(MANY)

    refused = shop.pay(created["id"]).json()
    placed = by_buyer(shop, created["id"])

    assert created["status"] == refused["status"] == "requires_escalation"
    assert created["continue_url"].startswith("https://shop.example/checkout/")
    severities = [m["severity"] for m in created["messages"] if m["type"] == "error"]
    assert severities == ["requires_buyer_review"]
    assert '"completed"' in placed.body
    assert shop.get(created["id"])["status"] == "completed"


def by_buyer(shop: Shop, checkout: str) -> Any:
    """As the page does it."""
    name = from_public("chk", checkout)
    assert name
    instrument = an_instrument()
    message = CompleteCheckout(
        request=Request(client="agent", operation="page_complete", key="k", fingerprint="f"),
        checkout_id=CheckoutId(name),
        instrument=PaymentInstrument(
            instrument_id="i",
            handler_id=instrument["handler_id"],
            kind="card",
            token=instrument["credential"]["token"],
        ),
        is_by_buyer=True,
    )
    ordering = house_of(shop.client).contract(Ordering)
    tell: Any = teller(shop.client)
    found = tell(ordering.find_checkout, FindCheckout(checkout_id=message.checkout_id))
    owned = replace(message, request=replace(message.request, client=found.client))
    return tell(ordering.complete_checkout, owned)


@pytest.mark.ucp("ELG-11", "PRV-2")
def test_signals_and_attribution_change_nothing_and_signals_are_not_kept(
    shop: Shop, request: Any
) -> None:
    said = {
        "signals": {"dev.ucp.buyer_ip": "203.0.113.77"},
        "attribution": {"campaign": "spring-of-nobody"},
    }

    plain, told = shop.create(), shop.create({**ROSES, **said})

    own = ("id", "expires_at", "continue_url")
    assert {k: v for k, v in plain.items() if k not in own} == {
        k: v for k, v in told.items() if k not in own
    }
    folder: Path = request.getfixturevalue("tmp_path_factory").getbasetemp()
    kept = b"".join(f.read_bytes() for f in folder.glob("messages*/**/*") if f.is_file())
    assert b"203.0.113.77" not in kept


@pytest.mark.ucp("ELG-11", "ORD-11", "PRV-4")
def test_an_order_says_where_its_buyer_came_from_as_it_was_said_last(shop: Shop) -> None:
    """What is not a word of text is left out: it must refuse nothing."""
    said = {"campaign": "spring", "click": "\u0000", "n": 1, "long": "x" * 501}
    created = shop.create({**ROSES, "attribution": "nonsense"})
    wanted = {**ROSES, "fulfillment": DELIVERED, "buyer": {"email": "ada@example.org"}}
    shop.ask("PUT", f"/checkout-sessions/{created['id']}", {**wanted, "attribution": said})

    completed = shop.pay(created["id"]).json()
    order = shop.ask("GET", f"/orders/{completed['order']['id']}").json()

    assert "attribution" not in completed
    assert order["attribution"] == {"campaign": "spring"}
    assert problems(order, "get_order") == []
