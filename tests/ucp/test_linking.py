"""Identity linking (UCP section 22): what a buyer's token opens, and how a missing one is asked for."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response

from app.ucp.scopes import MANAGE_CHECKOUTS, READ_ORDERS
from domain.contracts.identity import BUYER, PLATFORM, AccountId, ClientId, GrantId, Standing
from domain.contracts.ordering import (
    CreateCheckout,
    FindCheckout,
    FindOrder,
    KnownBuyer,
    Request,
    UpdateCheckout,
)
from domain.shared.values import CustomerId
from tests.ucp.conftest import AGENT, DELIVERED, KEY, LOOSE_AGENT, ROSES, Shop, a_shop
from tests.ucp.test_checkout_routes import refused
from tests.ucp.validation import problems

TOKEN = "a.good.token"
HTTPS = "https://agent.example/profile.json"
JANE = AccountId(UUID(int=7))
BOTH = (MANAGE_CHECKOUTS, READ_ORDERS)
REALM = 'Bearer realm="https://shop.example"'
METADATA = 'resource_metadata="https://shop.example/.well-known/oauth-protected-resource/ucp/v1"'
KNOWN = KnownBuyer(customer_id=CustomerId("jane"), email="jane@example.com")
OPERATIONS = [
    ("POST", "/checkout-sessions"),
    ("GET", "/checkout-sessions/chk_x"),
    ("PUT", "/checkout-sessions/chk_x"),
    ("POST", "/checkout-sessions/chk_x/complete"),
    ("POST", "/checkout-sessions/chk_x/cancel"),
    ("GET", "/orders/ord_x"),
]
NEEDS = {path: READ_ORDERS if "orders" in path else MANAGE_CHECKOUTS for _, path in OPERATIONS}


def let_in(shop: Shop, token: str = TOKEN, *scopes: str, **standing: Any) -> None:
    """A token that Jane let the platform have."""
    told: dict[str, Any] = {
        "grant_id": GrantId(uuid4()),
        "is_good": True,
        "scopes": scopes,
        "client_id": ClientId("agent"),
        "client_kind": PLATFORM,
        "profile_url": HTTPS,
        "account_id": JANE,
        "account_kind": BUYER,
        "email": KNOWN.email,
        "customer_id": KNOWN.customer_id,
        **standing,
    }
    shop.tokens.issue(token, "https://shop.example/ucp/v1", Standing(**told))


def as_jane(shop: Shop, *scopes: str, **standing: Any) -> None:
    """All that is asked from now on is asked in her name."""
    let_in(shop, TOKEN, *scopes, **standing)
    shop.headers = {"ucp-agent": AGENT, "authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def gated() -> Iterator[Shop]:
    """A shop that does nothing without a buyer, and a platform that it knows."""
    with ExitStack() as stack:
        headers = {"ucp-agent": AGENT, "x-api-key": KEY}
        shop = a_shop(stack, headers=headers, gated_scopes=BOTH)
        shop.identity.register(KEY, "agent")
        yield shop


def needed(answer: Response, status: int, code: str, path: str) -> str:
    """The challenge of an answer that says what is needed first (A-8, OAU-30)."""
    body = answer.json()
    (message,) = body["messages"]
    operation = "get_order" if "orders" in path else "get_checkout"
    assert (answer.status_code, message["code"]) == (status, code)
    assert message["severity"] == "requires_buyer_review"
    assert (body["ucp"]["status"], problems(body, operation)) == ("error", [])
    return str(answer.headers["www-authenticate"])


@pytest.mark.ucp("OAU-1", "OAU-24", "OAU-25", "OAU-28", "ORD-14", "OAU-30", "CHK-14")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_is_gated_needs_a_buyer(gated: Shop, method: str, path: str) -> None:
    """OAU-24, OAU-25: whatever else is shown, and before a body is read."""
    body = None if method == "GET" else b"{broken"
    let_in(gated, "a.platforms.token", account_id=None, account_kind=None)
    nothing = {"x_api_key": None}

    for none_shown in ({}, nothing, {"x_api_key": "wrong"}, _bearing(KEY)):
        answer = gated.ask(method, path, body, **none_shown)
        assert needed(answer, 401, "identity_required", path) == f"{REALM}, {METADATA}"
    for shown in (_bearing("a.bad.token"), _bearing("opaque"), _bearing("a.platforms.token")):
        challenge = needed(gated.ask(method, path, body, **shown), 401, "identity_required", path)
        assert challenge == f'{REALM}, error="invalid_token", {METADATA}'
    assert not gated.ordering.asked


@pytest.mark.ucp("OAU-26", "OAU-27")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_buyer_must_have_agreed_to_what_is_gated(gated: Shop, method: str, path: str) -> None:
    """OAU-26, OAU-27."""
    body = None if method == "GET" else b"{broken"
    as_jane(gated, *(scope for scope in BOTH if scope != NEEDS[path]))

    challenge = needed(gated.ask(method, path, body), 403, "insufficient_scope", path)

    scope = f'error="insufficient_scope", scope="{NEEDS[path]}"'
    assert challenge == f"{REALM}, {scope}, {METADATA}"
    assert not gated.ordering.asked


def test_with_a_buyer_what_is_gated_is_done(gated: Shop) -> None:
    as_jane(gated, *BOTH)

    assert gated.ask("GET", f"/orders/{gated.order()}").status_code == 200


def test_what_is_gated_is_so_for_strangers_of_interop_mode() -> None:
    with ExitStack() as stack:
        shop = a_shop(
            stack, headers={"ucp-agent": LOOSE_AGENT}, interop=True, gated_scopes=(READ_ORDERS,)
        )
        order = shop.order()

        needed(shop.ask("GET", f"/orders/{order}"), 401, "identity_required", "/orders")


def test_which_refusal_wins(gated: Shop) -> None:
    """ERR-7: the agent, the credentials, the profile, the scope, the version, and only then the body."""
    create = "/checkout-sessions"
    newer = f'{AGENT}; version="2027-01-01"'
    elsewhere = 'profile="https://else.example/"; version="2027-01-01"'
    let_in(gated, TOKEN, *BOTH)
    let_in(gated, "a.small.token")

    def asked(token: str, agent: str | None) -> Response:
        return gated.ask("POST", create, b"{", ucp_agent=agent, **_bearing(token))

    refused(asked("a.bad.token", None), 400, "invalid_profile_url")
    needed(asked("a.bad.token", elsewhere), 401, "identity_required", create)
    refused(asked("a.small.token", elsewhere), 403, "forbidden")
    needed(asked("a.small.token", newer), 403, "insufficient_scope", create)
    refused(asked(TOKEN, newer), 422, "version_unsupported")
    refused(asked(TOKEN, AGENT), 400, "invalid_request")


@pytest.mark.ucp("OAU-14", "AUT-4")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_bad_token_is_never_taken_for_none(strict: Shop, method: str, path: str) -> None:
    """Also where none is needed, and beside a key that is good."""
    for shown in (_bearing("a.bad.token"), {"authorization": "Bearer a.bad.token"}):
        answer = strict.ask(method, path, None if method == "GET" else ROSES, **shown)

        refused(answer, 401, "unauthorized")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.ucp("OAU-14")
def test_a_token_is_of_the_platform_that_asks(strict: Shop) -> None:
    """OAU-14, AUT-3: by its profile, and by its key if it sends one."""
    let_in(strict, TOKEN, *BOTH)
    strict.identity.register("another key", "another")

    other = strict.ask(
        "POST",
        "/checkout-sessions",
        ROSES,
        ucp_agent='profile="https://else.example/"',
        **_bearing(TOKEN),
    )
    mixed = strict.ask(
        "POST",
        "/checkout-sessions",
        ROSES,
        x_api_key="another key",
        authorization=f"Bearer {TOKEN}",
    )

    refused(other, 403, "forbidden")
    refused(mixed, 401, "unauthorized")


def test_what_is_asked_in_a_name_says_so(strict: Shop) -> None:
    as_jane(strict, *BOTH)
    created = strict.create()
    path = f"/checkout-sessions/{created['id']}"

    strict.ask("GET", path)
    strict.ask("PUT", path, {**ROSES, "fulfillment": DELIVERED})
    order = strict.pay(created["id"]).json()["order"]["id"]
    strict.ask("GET", f"/orders/{order}")

    requests = [found for m in strict.ordering.asked if (found := getattr(m, "request", None))]
    assert {(r.client, r.account) for r in requests if isinstance(r, Request)} == {
        ("platform:agent", str(JANE))
    }
    known = [
        m.known_buyer
        for m in strict.ordering.asked
        if isinstance(m, CreateCheckout | UpdateCheckout)
    ]
    assert known == [KNOWN, KNOWN]
    (found,) = [m for m in strict.ordering.asked if isinstance(m, FindCheckout)]
    assert (found.client, found.account) == ("platform:agent", str(JANE))
    (seen,) = [m for m in strict.ordering.asked if isinstance(m, FindOrder)]
    assert (seen.account, seen.email, seen.sees_all_of_buyer) == (str(JANE), KNOWN.email, True)


@pytest.mark.parametrize(
    ("scopes", "standing", "is_known", "sees_all"),
    [
        (BOTH, {}, True, True),
        ((MANAGE_CHECKOUTS,), {}, True, False),
        ((READ_ORDERS,), {}, False, True),
        ((), {}, False, False),
        (BOTH, {"customer_id": None}, False, True),
        (BOTH, {"account_id": None, "account_kind": None}, False, False),
    ],
)
def test_what_is_the_buyers_is_opened_by_a_scope_alone(
    strict: Shop,
    scopes: tuple[str, ...],
    standing: dict[str, Any],
    *,
    is_known: bool,
    sees_all: bool,
) -> None:
    """OAU-1, ORD-16: a token without it opens what the platform's own credentials do."""
    as_jane(strict, *scopes, **standing)

    strict.create()
    strict.ask("GET", f"/orders/ord_{'0' * 32}")

    create, find = strict.ordering.asked
    assert isinstance(create, CreateCheckout)
    assert isinstance(find, FindOrder)
    assert (create.known_buyer == KNOWN, find.sees_all_of_buyer) == (is_known, sees_all)
    assert find.client == "platform:agent"
    is_confirmed = "account_id" not in standing and "customer_id" not in standing
    assert find.email == (KNOWN.email if is_confirmed else None)


def test_a_key_of_one_buyer_is_not_another_buyers(strict: Shop) -> None:
    let_in(strict, TOKEN, *BOTH)
    let_in(strict, "johns.good.token", *BOTH, account_id=AccountId(UUID(int=8)))
    key = uuid4().hex
    jane, john = _bearing(TOKEN), _bearing("johns.good.token")
    path = "/checkout-sessions"

    first = strict.ask("POST", path, ROSES, idempotency_key=key, **jane)

    for other in (john, {}):
        answer = strict.ask("POST", path, ROSES, idempotency_key=key, **other)
        refused(answer, 409, "idempotency_conflict")
    again = strict.ask("POST", path, ROSES, idempotency_key=key, **jane)
    assert again.content == first.content


def invited(body: dict[str, Any]) -> bool:
    return "identity_optional" in [message.get("code") for message in body["messages"]]


@pytest.mark.ucp("OAU-29")
def test_who_asks_in_nobodys_name_hears_what_a_name_would_open(strict: Shop) -> None:
    """OAU-29: as long as it is open where goods go."""
    created = strict.create()
    path = f"/checkout-sessions/{created['id']}"

    found = strict.get(created["id"])
    ready = strict.ask("PUT", path, {**ROSES, "fulfillment": DELIVERED}).json()
    cancelled = strict.ask("POST", f"/checkout-sessions/{strict.create()['id']}/cancel").json()

    assert [invited(body) for body in (created, found, ready, cancelled)] == [
        True,
        True,
        False,
        False,
    ]


def test_who_speaks_in_a_name_is_not_invited(strict: Shop) -> None:
    as_jane(strict, MANAGE_CHECKOUTS)
    created = strict.create()

    assert not invited(created)
    assert not invited(strict.get(created["id"]))


def test_interop_clients_are_not_invited(interop: Shop) -> None:
    assert not invited(interop.create())


def _bearing(token: str) -> dict[str, str | None]:
    return {"x_api_key": None, "authorization": f"Bearer {token}"}
