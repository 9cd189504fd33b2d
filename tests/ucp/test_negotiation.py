"""How platforms are met, by what their profiles say."""

from contextlib import ExitStack
from typing import Any

import pytest

from app.edge.strangers import NotAllowed, Unreachable
from app.ucp.platforms.meeting import negotiated
from app.ucp.platforms.reading import read
from app.ucp.presentation import Instrument, Presentation
from domain.contracts.ordering import CreateCheckout
from tests.ucp.conftest import AGENT, DELIVERED, KEY, ROSES, Shop, a_shop
from tests.ucp.internet import ANOTHER, PROFILE, a_profile, answered
from tests.ucp.test_checkout_routes import refused
from tests.ucp.validation import problems, problems_of_platform

CREATE = "/checkout-sessions"
CAPABILITIES: dict[str, Any] = a_profile()["ucp"]["capabilities"]


def only(*names: str, **configs: dict[str, Any]) -> dict[str, Any]:
    """A profile that knows no capabilities but these."""
    named = [f"dev.ucp.shopping.{name}" for name in names]
    told = {name: [dict(CAPABILITIES[name][0])] for name in named}
    for name, config in configs.items():
        told[f"dev.ucp.shopping.{name}"][0]["config"] = config
    return a_profile(capabilities=told)


def found(shop: Shop, profile: Any) -> Shop:
    shop.internet.sites[ANOTHER] = profile
    shop.headers["ucp-agent"] = f'profile="{ANOTHER}"'
    return shop


MALFORMED = [
    b"[" * 100_000,
    {"capabilities": {}},
    a_profile(version="draft"),
    a_profile(services={"dev.ucp.shopping": [{"version": "2026-04-08", "transport": "rest"}]}),
    a_profile(capabilities={"Not-A-Name": []}),
    a_profile(capabilities={"dev.ucp.shopping.cart": [{"version": "2026-04-08"}]}),
    a_profile(payment_handlers={"com.x": [{"version": "2026-04-08"}]}),
    a_profile(signing_keys=[{"kty": "EC"}]),
]


@pytest.mark.ucp("NEG-2", "NEG-6", "ERR-1", "FET-7", "FET-12")
@pytest.mark.parametrize(
    ("site", "status", "code"),
    [
        (NotAllowed("no"), 400, "invalid_profile_url"),
        (Unreachable("late"), 424, "profile_unreachable"),
        (answered({}, 302, location="https://x.example/"), 424, "profile_unreachable"),
        (answered({}, 500), 424, "profile_unreachable"),
        (answered(a_profile(), content_type="text/html"), 422, "profile_malformed"),
        *((site, 422, "profile_malformed") for site in MALFORMED),
        (a_profile(version="2026-01-11"), 422, "version_unsupported"),
    ],
)
def test_who_cannot_be_understood_is_told_why(
    strict: Shop, site: Any, status: int, code: str
) -> None:
    answer = found(strict, site).ask("POST", CREATE, ROSES)

    refused(answer, status, code)
    assert answer.json()["continue_url"] == "https://shop.example/"
    assert problems(answer.json(), "create_checkout") == []
    assert not strict.ordering.asked


@pytest.mark.ucp("FET-9", "FET-10")
@pytest.mark.parametrize(
    ("capabilities", "why"),
    [
        ({"A" * 100_000: []}, "[key]"),
        ({f"A{n}": [] for n in range(1000)}, "too many names"),
        ({f"a.b{n}": [{}] * 20 for n in range(20)}, "too many mistakes"),
    ],
)
def test_what_is_told_of_an_unfit_profile_is_short_however_large_it_is(
    strict: Shop, capabilities: Any, why: str
) -> None:
    answer = found(strict, a_profile(capabilities=capabilities)).ask("POST", CREATE, ROSES)

    refused(answer, 422, "profile_malformed")
    assert why in answer.json()["content"]
    assert len(answer.content) < 2000


@pytest.mark.parametrize("profile", [a_profile(), only("checkout", "discount"), *MALFORMED[1:]])
def test_a_profile_is_fit_where_the_schema_says_so(strict: Shop, profile: Any) -> None:
    answer = found(strict, profile).ask("POST", CREATE, ROSES)

    is_unfit = answer.json().get("code") == "profile_malformed"
    assert is_unfit == bool(problems_of_platform(profile))


@pytest.mark.ucp("NEG-5", "NEG-8", "ENV-4", "ENV-5", "ERR-4")
@pytest.mark.parametrize("names", [("order",), ("discount", "order"), ()])
def test_who_knows_no_checkouts_gets_none(shop: Shop, names: tuple[str, ...]) -> None:
    """An extension alone is nothing."""
    checkout_id = shop.create()["id"]
    found(shop, only(*names))

    created = shop.ask("POST", CREATE, ROSES)
    read = shop.ask("GET", f"{CREATE}/{checkout_id}")

    for answer, page in ((created, ""), (read, f"checkout/{checkout_id}")):
        body = answer.json()
        assert answer.status_code == 200
        assert body["ucp"] == {"version": "2026-04-08", "status": "error", "capabilities": {}}
        assert [m["code"] for m in body["messages"]] == ["capabilities_incompatible"]
        assert body["messages"][0]["severity"] == "unrecoverable"
        assert body["continue_url"] == f"https://shop.example/{page}"


@pytest.mark.ucp("ENV-1", "NEG-3", "NEG-7", "VER-3")
def test_answers_say_and_hold_what_was_negotiated_alone(shop: Shop) -> None:
    created = found(shop, only("checkout", "discount")).create({**ROSES, "fulfillment": DELIVERED})

    (message,) = (m for m in shop.ordering.asked if isinstance(m, CreateCheckout))
    assert set(created["ucp"]["capabilities"]) == {
        "dev.ucp.shopping.checkout",
        "dev.ucp.shopping.discount",
    }
    assert created["ucp"]["version"] == "2026-04-08"
    assert "fulfillment" not in created
    assert "dev.ucp.shopping.fulfillment" not in message.request.presentation


@pytest.mark.ucp("A-70", "FUL-6")
def test_where_events_go_is_kept_with_what_is_asked(shop: Shop) -> None:
    profile = only(
        "checkout",
        "order",
        "fulfillment",
        order={"webhook_url": "https://agent.example/hooks"},
        fulfillment={"supports_multi_group": True},
    )
    found(shop, profile).create()

    (message,) = (m for m in shop.ordering.asked if isinstance(m, CreateCheckout))
    said = message.request.presentation
    assert '"webhook_url":"https://agent.example/hooks"' in said
    assert '"supports_multi_group":true' in said
    assert message.may_split
    assert f'"profile_url":"{ANOTHER}"' in said


@pytest.mark.ucp("PAY-2", "PAY-3", "PRF-7")
def test_handlers_are_told_as_far_as_the_platform_can_use_them() -> None:
    handler = {
        "id": "theirs",
        "version": "2026-04-08",
        "spec": "https://freestone.dev/pay",
        "schema": "https://freestone.dev/pay.json",
        "available_instruments": [{"type": "card", "constraints": {"brands": ["visa", "jcb"]}}],
    }
    with ExitStack() as stack:
        headers = {"ucp-agent": AGENT, "x-api-key": KEY}
        shop = a_shop(stack, headers=headers, card_brands="amex, visa")
        shop.identity.register(KEY, "agent")
        found(shop, a_profile(payment_handlers={"dev.freestone.mock_payment": [handler]}))
        profile = shop.client.get("/.well-known/ucp").json()["ucp"]
        created = shop.create()["ucp"]

    told = {"id": "mock_payment_handler", "version": "2026-04-08"}
    for ucp, brands in ((profile, ["amex", "visa"]), (created, ["visa"])):
        ways = [{"type": "card", "constraints": {"brands": brands}}]
        assert ucp["payment_handlers"] == {
            "dev.freestone.mock_payment": [{**told, "available_instruments": ways}]
        }


@pytest.mark.ucp("VER-1", "VER-2")
def test_the_version_is_asked_for_each_time_and_nothing_comes_of_another(strict: Shop) -> None:
    strict.create()
    asked = len(strict.ordering.asked)

    newer = strict.ask("POST", CREATE, ROSES, ucp_agent=f'{AGENT};version="2027-01-01"')

    refused(newer, 422, "version_unsupported")
    assert len(strict.ordering.asked) == asked


@pytest.mark.ucp("VER-1", "VER-2")
def test_the_header_does_not_make_up_for_the_version_of_the_profile(strict: Shop) -> None:
    shop = found(strict, a_profile(version="2026-01-11"))

    answer = shop.ask("POST", CREATE, ROSES, ucp_agent=f'profile="{ANOTHER}";version="2026-04-08"')

    refused(answer, 422, "version_unsupported")


@pytest.mark.parametrize(
    "profile",
    [
        a_profile(capabilities={"dev.ucp.shopping.checkout": [{"version": "2026-04-08"}]}),
        {"ucp": {"version": "2026-04-08", "capabilities": [{"name": "dev.ucp.shopping.order"}]}},
        {"ucp": {"version": "2026-04-08"}},
        Unreachable("gone"),
        answered({}, 404),
    ],
)
def test_in_interop_mode_half_a_profile_will_do(interop: Shop, profile: Any) -> None:
    """INTEROP 3: and who says nothing of capabilities has all of them."""
    created = found(interop, profile).create()

    says = isinstance(profile, dict) and isinstance(profile["ucp"].get("capabilities"), dict)
    assert len(created["ucp"]["capabilities"]) == (1 if says else 4)


@pytest.mark.ucp("FET-3", "FET-7")
@pytest.mark.parametrize(
    ("site", "version", "status"),
    [
        (answered({}, 302, location="https://x.example/"), "", 424),
        (answered({}, 500), "", 424),
        (answered({}, 500), '; version="2026-04-08"', 201),
        (answered({}, 404), "", 201),
        (Unreachable("late"), "", 201),
    ],
)
def test_in_interop_mode_a_host_that_sends_on_or_fails_has_no_profile_either(
    interop: Shop, site: Any, version: str, status: int
) -> None:
    shop = found(interop, site)
    shop.headers["ucp-agent"] += version

    answer = shop.ask("POST", CREATE, ROSES)

    assert answer.status_code == status


def test_in_interop_mode_what_is_no_profile_is_none(interop: Shop) -> None:
    answer = found(interop, b"<html>").ask("POST", CREATE, ROSES)

    refused(answer, 422, "profile_malformed")


@pytest.mark.ucp("GEN-3")
def test_who_has_no_profile_can_use_that_of_the_shop(strict: Shop) -> None:
    strict.headers["ucp-agent"] = 'profile="https://shop.example/platform.json"'

    strict.create()
    told = strict.client.get("/platform.json")

    assert strict.internet.fetched == []
    assert problems_of_platform(told.json()) == []


@pytest.mark.ucp("FET-9", "FET-10")
def test_little_of_a_large_profile_is_kept_and_told_again() -> None:
    ways = [{"type": "card", "constraints": {"x" * 90: ["y" * 90], "large": ["z"] * 1000}}]
    spec = {"version": "2026-04-08", "spec": "https://x.example/", "schema": "https://x.example/"}
    large = a_profile(
        payment_handlers={"com.x": [{**spec, "id": "1", "available_instruments": ways}]},
        capabilities={f"com.x.c{n}": [{**spec, "config": {"n": "n" * 500}}] for n in range(150)},
    )

    profile = read(answered(large), is_loose=False)

    assert profile.instruments == {"com.x": (Instrument("card", {"x" * 90: ["y" * 90]}),)}
    assert len(negotiated(Presentation(), PROFILE, profile).to_text()) < 1000


@pytest.mark.ucp("CHK-3", "MSG-3", "NAM-6", "NEG-7")
def test_who_knows_nothing_of_delivery_leaves_it_to_the_buyer(strict: Shop) -> None:
    """And what it says of extensions that it does not know means nothing."""
    shop = found(strict, only("checkout"))
    wanted = {**ROSES, "fulfillment": DELIVERED, "discounts": {"codes": ["10OFF"]}}

    body = shop.create(wanted)

    assert body["status"] == "requires_escalation"
    assert [m["severity"] for m in body["messages"]] == ["requires_buyer_input"]
    assert body["continue_url"].startswith("https://shop.example/checkout/")
    assert not {"fulfillment", "discounts"} & body.keys()
    (message,) = [m for m in shop.ordering.asked if isinstance(m, CreateCheckout)]
    assert (message.codes, message.methods) == (None, None)
