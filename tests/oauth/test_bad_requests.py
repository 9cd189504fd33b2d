"""Whatever is sent, the answer is in OAuth's own words (RFC 6749, 5.2), and tells nothing else."""

from io import BytesIO
from json import loads
from urllib.parse import urlencode
from uuid import UUID

import pytest

from app.oauth.errors import answered
from domain.contracts.identity import GrantId, UnknownGrant
from domain.shared.model import OutcomeUnknown, TryAgainLater
from tests.oauth.shop import Client, Shop

PATHS = ["/oauth/token", "/oauth/revoke", "/oauth/introspect"]
ITSELF = {"grant_type": "client_credentials", "token": "x"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "media", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_is_a_form(shop: Shop, platform: Client, path: str, media: str) -> None:
    headers, _ = platform.shown()

    told = await shop.posts(path, ITSELF, {**headers, "content-type": media})

    assert (told.status, told.error) == (400, "invalid_request")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe=1",
        b"grant_type=client_credentials&token=%ff",
        b"grant_type=client_credentials&token=a%00b",
        b"grant_type=client_credentials&token=a%0d%0ab",
        b"&".join([b"a=b"] * 100),
        b"",
    ],
)
async def test_what_cannot_be_read_is_not_guessed_at(
    shop: Shop, platform: Client, path: str, body: bytes
) -> None:
    headers, _ = platform.shown()

    assert (await shop.posts(path, body, headers)).error == "invalid_request"


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_has_an_end(shop: Shop, platform: Client, path: str) -> None:
    headers, _ = platform.shown()

    large = await shop.posts(path, f"token={'x' * 20_000}", headers)
    huge = await shop.posts(path, BytesIO(b"token=" + b"x" * 2_000_000), headers)

    assert [large.status, huge.status] == [413, 413]
    assert [large.error, huge.error] == ["invalid_request"] * 2


@pytest.mark.parametrize("name", ["grant_type", "scope", "token", "client_id", "x"])
@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_said_twice(shop: Shop, platform: Client, path: str, name: str) -> None:
    headers, _ = platform.shown()
    said = {**ITSELF, name: ITSELF.get(name, "platform")}

    told = await shop.posts(path, f"{urlencode(said)}&{name}={said[name]}", headers)

    assert (told.status, told.error) == (400, "invalid_request")


async def test_one_token_is_for_one_resource(shop: Shop, platform: Client) -> None:
    headers, _ = platform.shown()
    twice = f"{urlencode(ITSELF)}&resource=https://a.example&resource=https://b.example"

    assert (await shop.posts("/oauth/token", twice, headers)).error == "invalid_target"


async def test_secrets_do_not_come_in_addresses(shop: Shop, platform: Client) -> None:
    headers, _ = platform.shown()

    told = await shop.posts("/oauth/token?client_secret=x", ITSELF, headers)

    assert told.error == "invalid_request"


@pytest.mark.parametrize("kind", ["password", "implicit", "CLIENT_CREDENTIALS", 'a"b', "\u00e9"])
async def test_there_are_three_ways_to_a_token(shop: Shop, platform: Client, kind: str) -> None:
    told = await shop.asks(platform, grant_type=kind, username="a", password="b")

    assert told.error == "unsupported_grant_type"
    assert kind not in str(told.body)
    assert (await shop.asks(platform, scope="x")).error == "invalid_request"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_refused(shop: Shop, path: str, method: str) -> None:
    """Also those by which a browser would ask whether another site may come."""
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    async with shop.http.request(method, path, headers=headers) as reply:
        assert reply.status == 405
        assert reply.headers["allow"] == "POST"
        assert not [name for name in reply.headers if name.lower().startswith("access-control")]
        assert (await reply.json())["error"] == "invalid_request"


async def test_what_is_not_there_is_not_there_in_the_same_words(shop: Shop) -> None:
    told = await shop.gets("/oauth/register")

    assert (told.status, told.error) == (404, "invalid_request")


@pytest.mark.parametrize(
    ("failure", "status", "error"),
    [
        (OutcomeUnknown("Identity.prove_client failed"), 503, "temporarily_unavailable"),
        (TryAgainLater("Identity.prove_client"), 503, "temporarily_unavailable"),
        (TimeoutError("Identity.prove_client"), 503, "temporarily_unavailable"),
        (RuntimeError("SELECT secret FROM Identity"), 500, "server_error"),
        (UnknownGrant(GrantId(UUID(int=1))), 500, "server_error"),
    ],
)
def test_whatever_fails_here_is_not_told(failure: Exception, status: int, error: str) -> None:
    told = answered(failure)

    body = loads(bytes(told.body))
    assert (told.status_code, body["error"]) == (status, error)
    assert told.headers.get("retry-after") == ("1" if status == 503 else None)
    assert "Identity" not in str(body)
