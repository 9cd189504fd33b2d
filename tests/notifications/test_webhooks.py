"""What goes over the line: who could verify it, what it says, and how answers to it are understood."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.pages.confirmation import confirmation
from app.ucp.order_webhook import order_webhook
from domain.contracts.ordering import Buyer
from domain.notifications.delivery import Delivery
from domain.notifications.ports import NotTaken
from domain.notifications.subscription import Subscription
from domain.shared.key_ring import DatedKey
from infrastructure.notifications.webhooks import Webhooks
from infrastructure.shared.calls.guarded_client import GuardedClient
from infrastructure.shared.calls.message_signer import MessageSigner
from infrastructure.shared.keys.files import MESSAGES, TOKENS
from infrastructure.shared.keys.folder import KeyFolder
from tests.notifications.builders import NOW, TARGET, an_order, revised
from tests.servers import served
from tests.ucp.validation import problems

AGENT = 'profile="https://shop.example/.well-known/ucp"'


@dataclass
class Receiver:
    """A platform: it keeps what it is sent, and answers as it is told to."""

    status: int = 200
    more: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, request: Request) -> Response:
        url = str(request.url)
        self.heard.append((url, dict(request.headers), await request.body()))
        return Response(status_code=self.status, headers=self.more)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def url(receiver: Receiver) -> Iterator[str]:
    async def hear(request: Request) -> Response:
        return await receiver(request)

    app = Starlette(routes=[Route("/hooks/{name}", hear, methods=["POST"])])
    with served(app) as (url,):
        yield f"{url}/hooks/orders?shop=1"


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys", timedelta(days=7), use=MESSAGES)


@pytest.fixture
async def webhooks(keys: KeyFolder) -> Any:
    line = GuardedClient(allows_loopback=True, seconds=5, most_bytes=1000)
    yield Webhooks(line, MessageSigner(keys), "https://shop.example")
    await line.close()


def a_delivery(target: str, occasion: str = "placed") -> Delivery:
    told = revised(occasion=occasion, webhook_url=target)
    dispatch = order_webhook(told)
    assert dispatch
    return Delivery.of(told, dispatch, Subscription.opened("platform:a", target, NOW), NOW)


class PublicKeys(HTTPSignatureKeyResolver):
    """As a receiver finds them in our profile."""

    def __init__(self, jwks: list[dict[str, Any]]) -> None:
        self._by_name = {one["kid"]: one for one in jwks}

    def resolve_public_key(self, key_id: str) -> EllipticCurvePublicKey:
        x, y = (_number(self._by_name[key_id][part]) for part in ("x", "y"))
        return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()

    def resolve_private_key(self, key_id: str) -> Any:
        raise KeyError(key_id)


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="))


def verified(keys: list[dict[str, Any]], url: str, headers: dict[str, str]) -> set[str]:
    """What another's library says that the signature covers."""
    return covered(SimpleNamespace(method="POST", url=url, headers=headers), keys)


def covered(message: Any, keys: list[dict[str, Any]]) -> set[str]:
    """Of a request or of an answer."""
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=PublicKeys(keys)
    )
    (found,) = verifier.verify(message, max_age=timedelta(minutes=5))
    return {name.strip('"') for name in found.covered_components if name != '"@signature-params"'}


@pytest.mark.ucp(
    "WHK-2", "WHK-5", "WHK-6", "WHK-11", "SIG-4", "SIG-7", "SIG-9", "SIG-14", "SIG-20", "RST-14"
)
async def test_a_webhook_is_the_whole_order_and_whoever_gets_it_can_verify_it(
    webhooks: Webhooks, receiver: Receiver, keys: KeyFolder, url: str
) -> None:
    delivery = a_delivery(url, "shipped")

    await webhooks(delivery)

    ((_, headers, body),) = receiver.heard
    name = str(delivery.delivery_id)
    assert UUID(headers["webhook-id"]) == delivery.delivery_id
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert (headers["ucp-agent"], headers["idempotency-key"]) == (AGENT, name)
    assert headers["x-event-type"] == "order_shipped"
    assert headers["content-type"] == "application/json"
    assert body.decode() == delivery.body
    assert problems(json.loads(body), "get_order") == []
    digest = base64.b64encode(sha256(body).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"
    assert verified(keys.public_keys(), url, headers) == {
        "@method",
        "@authority",
        "@path",
        "@query",
        "ucp-agent",
        "idempotency-key",
        "webhook-id",
        "webhook-timestamp",
        "content-digest",
        "content-type",
    }
    with pytest.raises(InvalidSignature):
        verified(keys.public_keys(), url, {**headers, "webhook-timestamp": "1"})


@pytest.mark.ucp("WHK-7", "WHK-13")
@pytest.mark.parametrize("status", [200, 204])
async def test_any_2xx_is_a_yes(
    webhooks: Webhooks, receiver: Receiver, url: str, status: int
) -> None:
    receiver.status = status

    await webhooks(a_delivery(url))

    assert len(receiver.heard) == 1


@pytest.mark.ucp("WHK-7")
@pytest.mark.parametrize("status", [302, 404, 410, 500])
async def test_all_else_is_a_no_and_410_is_for_good(
    webhooks: Webhooks, receiver: Receiver, url: str, status: int
) -> None:
    receiver.status, receiver.more = status, {"location": url} if status == 302 else {}

    with pytest.raises(NotTaken) as no:
        await webhooks(a_delivery(url))

    assert no.value.is_final == (status == 410)
    assert no.value.at == (url if status == 410 else None)
    assert len(receiver.heard) == 1


async def test_what_a_partner_calls_it_breaks_no_header(
    webhooks: Webhooks, receiver: Receiver, url: str
) -> None:
    await webhooks(a_delivery(url, f"at the neighbour's\r\nX-Event-Type: {'ü' * 200}"))

    ((_, headers, _),) = receiver.heard
    assert "x-event-type" not in headers


@pytest.mark.ucp("WHK-12")
@pytest.mark.parametrize(
    "target",
    ["http://agent.example/hooks", "https://10.0.0.1/", "https://localhost/", "http://127.0.0.1/"],
)
async def test_nobody_is_called_whom_a_stranger_should_not_have_us_call(
    keys: KeyFolder, target: str
) -> None:
    line = GuardedClient(allows_loopback=False, seconds=1, most_bytes=1000)
    webhooks = Webhooks(line, MessageSigner(keys), "https://shop.example")

    with pytest.raises(NotTaken, match="it is not called"):
        await webhooks(a_delivery(target))
    await line.close()


V4: dict[str, Any] = {
    "kid": "business-test-1",
    "kty": "EC",
    "crv": "P-256",
    "x": "yyFJwoFwJKiOf6X3Op7Ri22uvctzLpEikF_ohWB87EQ",
    "y": "YEgWFaEsxxXJ9J3hjZ-ofHwUMEkyHwBaLwTrowO4Cqk",
    "d": "j3ezSdilOAgC2DaHzrApuCMLnPOoEVVP_UQu0oVI0vQ",
}


class Known:
    """A ring that signs with one key, under a name of its own."""

    def signing(self) -> Any:
        dated = DatedKey(name="business-test-1", made_at=NOW, signs_from=NOW)
        return SimpleNamespace(dated=dated, key=ECKey.import_key(V4))


@pytest.mark.ucp("SIG-5", "SIG-12", "SIG-13")
@pytest.mark.parametrize(
    ("target", "authority"),
    [("https://Agent.example:443", "agent.example"), (TARGET, "agent.example")],
)
def test_what_is_signed_is_what_the_specification_shows(target: str, authority: str) -> None:
    now = NOW.fromtimestamp(1775600002, NOW.tzinfo)
    signer = MessageSigner(Known(), lambda: now)  # type: ignore[arg-type]  # as far as it is asked
    headers = {"UCP-Agent": AGENT, "Idempotency-Key": "0d3b9f8e-53f4-4a53-9a8e-2b1f7c9d1e10"}

    told = signer.of_request("POST", target, headers, b'{"id":"ord_77","checkout_id":"chk_9"}')

    assert told["Content-Digest"] == "sha-256=:ghGW2k+7rAGRdc7POYHtGEDRpTyM6WNLJOE4FFmACD8=:"
    assert told["Signature-Input"] == (
        'sig1=("@method" "@authority" "@path" "ucp-agent" "idempotency-key" "content-digest")'
        ';created=1775600002;keyid="business-test-1"'
    )
    assert len(base64.b64decode(told["Signature"][6:-1])) == 64
    message = {**headers, **told, "host": authority}
    public = {**V4, "kid": "business-test-1"}
    found = SimpleNamespace(method="POST", url=target.lower(), headers=message)
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=PublicKeys([public])
    )
    verifier.verify(found, max_age=timedelta(days=100_000))


@pytest.mark.ucp("SIG-15", "SIG-16", "SIG-17", "SEC-9")
def test_a_key_verifies_for_seven_days_after_the_next_has_begun_to_sign(tmp_path: Path) -> None:
    now = NOW

    def ring(use: Any = MESSAGES) -> KeyFolder:
        return KeyFolder(tmp_path, timedelta(days=7), lambda: now, use=use)

    old = ring().signing().dated.name
    ring(TOKENS).prepare()
    new = ring().rotate()
    names: Callable[[], list[str]] = lambda: [one["kid"] for one in ring().public_keys()]
    assert (ring().signing().dated.name, names()) == (old, [old, new])
    now += timedelta(minutes=10)
    assert (ring().signing().dated.name, names()) == (new, [old, new])
    now += timedelta(days=7)
    assert names() == [old, new]
    now += timedelta(minutes=2)
    assert names() == [new]

    newest = ring().rotate(at_once=True)

    assert (ring().signing().dated.name, names()) == (newest, [newest])
    assert ring(TOKENS).signing().dated.name not in (old, new, newest)


@pytest.mark.ucp("CHK-9")
def test_a_buyer_who_said_where_to_write_to_gets_the_order_in_plain_words() -> None:
    order = an_order(buyer=Buyer(email="jane@example.com"))

    mail = confirmation(revised(order))

    assert mail
    assert mail.target == "jane@example.com"
    number = f"ord_{order.order_id.hex}"
    assert number in mail.title
    for words in ("2 x Bouquet of Red Roses: $70.00", "Total: $70.00", "123 Main St", "Jane Doe"):
        assert words in mail.body
    assert f"https://shop.example/order/{number}" in mail.body
    collected = [replace(promise, method_kind="pickup") for promise in order.expectations]
    mail = confirmation(revised(replace(order, expectations=tuple(collected))))
    assert mail
    assert "You collect it at:" in mail.body
    assert confirmation(revised(order, "shipped")) is None
    assert confirmation(revised(an_order())) is None
