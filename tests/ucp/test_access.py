"""Who may ask for what (UCP sections 7 and 8): checked before a body is looked at (ERR-7)."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.ucp.agent import Agent, agent
from app.ucp.errors import Refused
from domain.shared.model import OutcomeUnknown
from tests.ucp.conftest import AGENT, KEY, ROSES, Shop
from tests.ucp.internet import ANOTHER
from tests.ucp.test_checkout_routes import refused

METADATA = "/.well-known/oauth-protected-resource"
HTTPS = "https://agent.example/profile.json"


@pytest.mark.ucp("FET-1", "A-12")
@pytest.mark.parametrize(
    ("header", "version"),
    [
        (f'profile="{HTTPS}"', None),
        (f'  profile="{HTTPS}" ', None),
        (f'a=1, b=?1;c, d=(x y), e=:aGk=:, f=token/1 ,profile="{HTTPS}", g', None),
        (f'profile="http://other.example", profile="{HTTPS}"', None),
        (f'profile="{HTTPS}"; version="2026-04-08"', "2026-04-08"),
        (f'profile="{HTTPS}";x=1;version="2026-01-11"', "2026-01-11"),
        (f'profile="{HTTPS}", version="2026-04-08"', "2026-04-08"),
    ],
)
def test_an_agent_names_its_profile_in_a_dictionary(header: str, version: str | None) -> None:
    """FET-1, RFC 8941: the last of a name counts; what is not known is ignored. INTEROP 3."""
    assert agent(header, is_interop=False) == Agent(HTTPS, version)


UNFIT = [
    None,
    "",
    "profile",
    f"profile={HTTPS}",
    f'profile="{HTTPS}',
    f'profile="{HTTPS}",',
    f'profile="{HTTPS}" x',
    f'Profile="{HTTPS}"',
    f'name="{HTTPS}"',
    'profile="https://"',
    'profile="https://[half"',
    'profile="https://agent.example:port/"',
    'profile="https://user@agent.example/"',
    'profile="ftp://agent.example/"',
    'profile="http://agent.example/"',
    f'profile="{HTTPS}?{"x" * 2000}"',
    'profile="https://agent.example/\u00fc"',
]


@pytest.mark.ucp("FET-1", "FET-2", "RST-20", "NEG-1")
@pytest.mark.parametrize("is_interop", [False, True])
@pytest.mark.parametrize("header", UNFIT)
def test_an_agent_without_a_profile_is_refused(header: str | None, *, is_interop: bool) -> None:
    """RST-20, FET-2."""
    with pytest.raises(Refused) as refusal:
        agent(header, is_interop=is_interop)

    assert (refusal.value.status, refusal.value.code) == (400, "invalid_profile_url")


@pytest.mark.parametrize(
    "header",
    [
        'profile="http://localhost:8182/profiles/agent.json"',
        'profile="http://127.0.0.1:8182/"',
        'profile="http://[::1]/"',
        'profile="..."',
        'profile="..."; version="2026-04-08"',
        'profile="http://nowhere.invalid/"; version="2026-04-08"',
    ],
)
def test_some_profiles_are_tolerated_in_interop_mode_alone(header: str) -> None:
    """INTEROP 2 and 3."""
    assert agent(header, is_interop=True).profile
    with pytest.raises(Refused):
        agent(header, is_interop=False)


@given(header=some.text(some.characters(max_codepoint=255)))
def test_no_header_is_too_strange_to_be_refused(header: str) -> None:
    try:
        agent(header, is_interop=False)
    except Refused as refusal:
        assert refusal.code == "invalid_profile_url"  # noqa: PT017  # most are, one day one is not


@pytest.mark.ucp("AUT-1", "AUT-4", "ERR-3", "ERR-7", "VER-2")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/checkout-sessions"),
        ("GET", "/checkout-sessions/chk_x"),
        ("PUT", "/checkout-sessions/chk_x"),
        ("POST", "/checkout-sessions/chk_x/complete"),
        ("POST", "/checkout-sessions/chk_x/cancel"),
        ("GET", "/orders/ord_x"),
    ],
)
def test_every_operation_wants_to_know_who_asks(strict: Shop, method: str, path: str) -> None:
    """AUT-1, AUT-4, A-62: before it reads what they want."""
    strict.create()
    body = None if method == "GET" else b"{broken"

    nameless = strict.ask(method, path, body, ucp_agent=None)
    keyless = strict.ask(method, path, body, x_api_key=None)
    unknown = strict.ask(method, path, body, x_api_key="another")
    too_new = strict.ask(method, path, body, ucp_agent=f'{AGENT}; version="2027-01-01"')

    refused(nameless, 400, "invalid_profile_url")
    refused(keyless, 401, "unauthorized")
    refused(unknown, 401, "unauthorized")
    refused(too_new, 422, "version_unsupported")
    for answer, error in ((keyless, ""), (unknown, 'error="invalid_token", ')):
        assert answer.headers["www-authenticate"] == (
            f'Bearer realm="https://shop.example", {error}'
            f'resource_metadata="https://shop.example{METADATA}/ucp/v1"'
        )


@pytest.mark.ucp("RST-24", "AUT-1")
def test_a_key_may_come_as_a_bearer_token(strict: Shop) -> None:
    strict.create(x_api_key=None, authorization=f"Bearer {KEY}")

    owners = {checkout.client for checkout in strict.ordering.checkouts.values()}
    assert owners == {"platform:agent"}


@pytest.mark.ucp("AUT-3", "SEC-3")
def test_a_platform_speaks_under_its_own_profile_alone(strict: Shop) -> None:
    """AUT-3."""
    strict.identity.register(KEY, "agent", HTTPS)
    strict.create()

    other = strict.ask("POST", "/checkout-sessions", ROSES, ucp_agent=f'profile="{ANOTHER}"')

    refused(other, 403, "forbidden")


def test_strangers_are_one_client_in_interop_mode(interop: Shop) -> None:
    """INTEROP 4: their agents may call themselves differently from call to call."""
    checkout_id = interop.create()["id"]
    interop.headers = {"ucp-agent": 'profile="http://localhost:1/"'}

    assert interop.get(checkout_id)["id"] == checkout_id


def test_versions_that_are_not_spoken_are_refused_in_interop_mode_too(interop: Shop) -> None:
    """INTEROP 3: and nothing comes of it."""
    header = 'profile="..."; version="2025-01-01"'

    answer = interop.ask("POST", "/checkout-sessions", ROSES, ucp_agent=header)

    refused(answer, 422, "version_unsupported")
    assert not interop.ordering.asked


def test_a_wrong_key_is_wrong_in_interop_mode_too(interop: Shop) -> None:
    refused(interop.ask("POST", "/checkout-sessions", ROSES, x_api_key="x"), 401, "unauthorized")


def test_an_agent_named_in_two_headers_is_one_dictionary(strict: Shop) -> None:
    """RFC 8941 section 4.2."""
    headers = [("ucp-agent", "a=1"), ("ucp-agent", AGENT), ("x-api-key", KEY)]

    answer = strict.client.post("/ucp/v1/checkout-sessions", json=ROSES, headers=headers)

    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["\u00fc".encode("latin-1"), quote("\u00fc").encode(), b"%s" % b""])
def test_any_key_can_be_wrong(strict: Shop, key: bytes) -> None:
    headers = [(b"ucp-agent", AGENT.encode()), (b"x-api-key", key)]

    answer = strict.client.post("/ucp/v1/checkout-sessions", json=ROSES, headers=headers)

    refused(answer, 401, "unauthorized")


def test_a_machine_of_the_shop_is_no_platform(strict: Shop) -> None:
    strict.identity.employ("fsk_till")

    refused(strict.ask("POST", "/checkout-sessions", ROSES, x_api_key="fsk_till"), 403, "forbidden")


def test_while_nobody_says_whose_key_it_is_the_shop_is_shut(strict: Shop) -> None:
    strict.identity.failure = OutcomeUnknown("away")

    answer = strict.ask("POST", "/checkout-sessions", ROSES)

    refused(answer, 503, "service_unavailable")
    assert answer.headers["retry-after"]
    assert not strict.ordering.asked
