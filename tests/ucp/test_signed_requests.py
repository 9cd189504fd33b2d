"""Platforms that are let in by what they have signed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from json import dumps
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from httpx2 import Response

from app.ucp.platforms.signatures import Message
from tests.ucp.conftest import KEY as API_KEY
from tests.ucp.conftest import LOOSE_AGENT, Shop, a_shop
from tests.ucp.internet import PROFILE, a_profile
from tests.ucp.signing import BODY, KEY, SIGNER, V1, V2, Signer
from tests.ucp.test_checkout_routes import refused

CREATE = "https://shop.example/ucp/v1/checkout-sessions"


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Strict, with a platform that is registered under the profile of the examples."""
    with ExitStack() as stack:
        shop = a_shop(stack, headers={})
        shop.internet.sites[SIGNER] = a_profile(signing_keys=[KEY])
        shop.identity.register(API_KEY, "agent", SIGNER)
        yield shop


def sent(shop: Shop, message: Message, **more: str) -> Response:
    path = message.url.removeprefix("https://shop.example")
    told = {**message.headers, **{name.replace("_", "-"): value for name, value in more.items()}}
    answer: Response = shop.client.request(
        message.method, path, headers=told, content=message.body or None
    )
    return answer


def asking(agent: str = SIGNER, body: bytes = BODY) -> Message:
    headers = {
        "ucp-agent": f'profile="{agent}"',
        "idempotency-key": str(uuid4()),
        "content-type": "application/json",
    }
    return Message("POST", CREATE, headers, body)


@pytest.mark.ucp("AUT-1", "AUT-2", "RST-23", "SIG-6", "SIG-14", "SIG-19", "SIG-26")
def test_who_signs_with_a_key_of_its_registered_profile_is_let_in(shop: Shop) -> None:
    created = sent(shop, V1)
    order = sent(shop, V2)

    assert created.status_code == 201
    assert {one.client for one in shop.ordering.checkouts.values()} == {"platform:agent"}
    assert order.json()["messages"][0]["code"] == "not_found"


@pytest.mark.ucp("SIG-25", "IDM-3", "IDM-7")
def test_what_was_signed_and_is_sent_again_does_nothing_again(shop: Shop) -> None:
    first, again = sent(shop, V1), sent(shop, V1)

    assert (again.status_code, again.content) == (201, first.content)
    assert len(shop.ordering.checkouts) == 1


@pytest.mark.ucp("SIG-6", "SIG-9", "SIG-10")
def test_what_was_changed_on_its_way_is_refused_before_it_is_read(shop: Shop) -> None:
    changed = replace(V1, body=b"{broken")
    unsigned = replace(V1, headers={n: v for n, v in V1.headers.items() if n != "signature"})

    refused(sent(shop, changed), 400, "digest_mismatch")
    refused(sent(shop, V1, idempotency_key=str(uuid4())), 401, "signature_invalid")
    refused(sent(shop, unsigned), 401, "signature_missing")
    assert not shop.ordering.asked


@pytest.mark.ucp("SIG-26")
def test_where_a_request_says_it_was_sent_is_not_believed(shop: Shop) -> None:
    signer = Signer()
    shop.internet.sites[SIGNER] = a_profile(signing_keys=[signer.jwk])
    elsewhere = signer.sign(replace(asking(), url=CREATE.replace("shop.", "evil.")))
    there = replace(elsewhere, url=CREATE)

    refused(sent(shop, there, host="evil.example"), 401, "signature_invalid")


@pytest.mark.ucp("A-10", "AUT-2", "AUT-3")
def test_who_signs_under_a_profile_that_nobody_registered_is_not_trusted(shop: Shop) -> None:
    signer = Signer()
    shop.internet.sites[PROFILE] = a_profile(signing_keys=[signer.jwk])
    message = signer.sign(asking(PROFILE))

    refused(sent(shop, message), 403, "profile_not_trusted")
    refused(sent(shop, message, x_api_key=API_KEY), 403, "forbidden")


@pytest.mark.ucp("RST-23", "AUT-3")
def test_a_key_does_not_make_up_for_a_bad_signature(shop: Shop) -> None:
    created = sent(shop, V1, x_api_key=API_KEY)
    bad = sent(shop, V1, x_api_key=API_KEY, idempotency_key=str(uuid4()))

    assert created.status_code == 201
    refused(bad, 401, "signature_invalid")


@pytest.mark.ucp("AUT-3")
def test_nobody_speaks_under_the_profile_of_another_whatever_is_shown(shop: Shop) -> None:
    shop.identity.register("key-of-another", "another")

    unsigned = {n: v for n, v in V1.headers.items() if not n.startswith("signature")}

    refused(sent(shop, V1, x_api_key="key-of-another"), 403, "forbidden")
    refused(sent(shop, replace(V1, headers=unsigned), x_api_key="key-of-another"), 403, "forbidden")
    assert not shop.ordering.asked


@pytest.mark.ucp("FET-6", "SIG-15", "SIG-16")
def test_a_new_key_is_found_at_once_and_one_that_nobody_has_is_looked_for_once(shop: Shop) -> None:
    assert sent(shop, V1).status_code == 201
    signer, stranger = Signer("new"), Signer("stranger")
    shop.internet.sites[SIGNER] = a_profile(signing_keys=[KEY, signer.jwk])

    created = sent(shop, signer.sign(asking()))
    unknown = [sent(shop, stranger.sign(asking())) for _ in range(3)]

    assert created.status_code == 201
    for answer in unknown:
        refused(answer, 401, "key_not_found")
    assert shop.internet.fetched == [SIGNER] * 2


@pytest.mark.ucp("SIG-1", "A-65")
def test_a_key_of_another_kind_is_told_apart(shop: Shop) -> None:
    rsa = {"kid": KEY["kid"], "kty": "RSA", "n": "AQAB", "e": "AQAB"}
    shop.internet.sites[SIGNER] = a_profile(signing_keys=[rsa])

    refused(sent(shop, V1), 400, "algorithm_unsupported")


@pytest.mark.ucp("SIG-14")
def test_strangers_may_sign_in_interop_mode_and_then_it_is_checked(interop: Shop) -> None:
    """INTEROP 4: where they show keys. What cannot be checked was not signed."""
    signer = Signer()
    interop.internet.sites[PROFILE] = a_profile(signing_keys=[signer.jwk])
    message = replace(asking(PROFILE), url="http://testserver/checkout-sessions")
    signed = signer.sign(message)
    path = urlsplit(message.url).path

    def asked(headers: dict[str, str], **more: str) -> int:
        told = headers | {name.replace("_", "-"): value for name, value in more.items()}
        return int(interop.client.post(path, headers=told, content=BODY).status_code)

    assert asked(dict(signed.headers)) == 201
    assert asked(dict(signed.headers), idempotency_key="another") == 401
    assert asked(dict(message.headers), signature="test") == 201
    assert asked(dict(signed.headers), ucp_agent=LOOSE_AGENT) == 201


def calling(shop: Shop, signer: Signer, *, key: str | None = None) -> Message:
    """A tool call over MCP, signed as it goes over the wire."""
    shop.internet.sites[SIGNER] = a_profile(signing_keys=[signer.jwk])
    meta = {"ucp-agent": {"profile": SIGNER}} | ({"idempotency-key": key} if key else {})
    lines = [{"item": {"id": "rose"}, "quantity": 2}]
    arguments = {"meta": meta, "checkout": {"line_items": lines}}
    params = {"name": "create_checkout", "arguments": arguments}
    body = dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    message = asking(body=body)
    headers = {**message.headers, "accept": "application/json"}
    headers |= {"idempotency-key": key} if key else {}
    url = "https://shop.example/ucp/mcp"
    return signer.sign(replace(message, url=url, headers=headers))


@pytest.mark.ucp("SIG-24", "MCP-10", "AUT-5")
def test_a_tool_call_is_signed_as_the_request_that_carries_it(shop: Shop) -> None:
    message = calling(shop, Signer(), key=str(uuid4()))

    created = sent(shop, message)
    changed = sent(shop, replace(message, body=message.body.replace(b"2}", b"3}")))
    unsigned = {n: v for n, v in message.headers.items() if not n.startswith("signature")}
    anybody = sent(shop, replace(message, headers=unsigned))

    assert created.json()["result"]["structuredContent"]["status"] == "incomplete"
    told = [(one.status_code, one.json()["error"]["data"]["code"]) for one in (changed, anybody)]
    assert told == [(400, "digest_mismatch"), (401, "unauthorized")]
    assert anybody.headers["www-authenticate"]
    assert len(shop.ordering.checkouts) == 1
