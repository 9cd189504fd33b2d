"""More than was asked for, addresses to go to, and bodies without end: none of it is taken."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import create_server
from sqlite3 import connect
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from tests.oauth.buyers import PASSWORD
from tests.oauth.shop import BACK
from tests.oauth.signing import encoded
from tests.security.attacked import FORM, Attacked, a_name

PLAIN: dict[str, dict[str, Any]] = {
    "/v1/staff": {"email": "kim@example.com", "role": "support"},
    "/v1/clients": {"client_id": "one", "name": "One", "redirect_uris": [BACK]},
    "/v1/api-keys": {"name": "till", "scopes": ["orders:read"]},
}
MORE: dict[str, dict[str, Any]] = {
    "/v1/staff": {
        "account_id": str(UUID(int=1)),
        "kind": "staff",
        "password": PASSWORD,
        "is_confirmed": True,
        "is_disabled": False,
        "customer_id": "cus_1",
        "version": 1,
        "joined_at": "2030-01-01T00:00:00Z",
    },
    "/v1/clients": {
        "secret": "a secret of their own choice",
        "secret_digest": "0" * 64,
        "version": 7,
        "registered_at": "2030-01-01T00:00:00Z",
        "jwks_uri": "https://evil.example/jwks",
        "logo_uri": "https://evil.example/logo",
        "client_uri": "https://evil.example",
        "request_uris": ["https://evil.example/request"],
        "sector_identifier_uri": "https://evil.example/sector",
        "initiate_login_uri": "https://evil.example/login",
        "grant_types": ["password"],
        "token_endpoint_auth_method": "none",
    },
    "/v1/api-keys": {
        "key": "fsk_of_their_own_choice",
        "key_id": str(UUID(int=1)),
        "key_digest": "0" * 64,
        "prefix": "fsk_",
        "account_id": str(UUID(int=1)),
        "ended_at": None,
        "used_at": "2030-01-01T00:00:00Z",
    },
}
EXTRA = [(path, name, value) for path, more in MORE.items() for name, value in more.items()]


@pytest.mark.parametrize(("path", "name", "value"), EXTRA)
async def test_a_body_with_more_than_is_asked_for_is_refused(
    shop: Attacked, path: str, name: str, value: Any
) -> None:
    told = await shop.asks("POST", path, {**PLAIN[path], name: value})

    assert told.status == 422, told.body


async def test_what_is_changed_is_not_changed_further(shop: Attacked) -> None:
    made = await shop.registers(name := a_name())
    tag = {"if-match": made.headers["etag"]}
    about = {"name": "One", "redirect_uris": [BACK], "scopes": []}

    for more in MORE["/v1/clients"].items():
        told = await shop.asks("PUT", f"/v1/clients/{name}", {**about, **dict([more])}, tag)
        assert told.status == 422, more
    for other in ("client_id", "kind"):
        said = {**about, other: "application"}
        assert (await shop.asks("PUT", f"/v1/clients/{name}", said, tag)).status in (400, 422)
    assert (await shop.asks("GET", f"/v1/clients/{name}")).headers["etag"] == made.headers["etag"]


async def test_nobody_makes_themselves_more_than_they_are(shop: Attacked) -> None:
    email = f"{a_name('buyer')}@example.com"
    more = {
        "kind": "staff",
        "role": "owner",
        "is_confirmed": "true",
        "is_disabled": "false",
        "customer_id": "cus_1",
        "account_id": str(UUID(int=1)),
        "source": "192.0.2.1",
        "scopes": "identity:write",
    }
    async with shop.browser() as browser:
        page = await browser.open("/sign-up")
        form = {**page.forms[0].fields, "email": email, "new": PASSWORD, **more}
        async with browser.http.post(
            f"{shop.url}/sign-up", data=form, headers={"origin": shop.url}, allow_redirects=False
        ) as reply:
            assert reply.status == 303

    with closing(connect(f"file:{shop.database}?mode=ro", uri=True)) as line:
        columns = "kind, role, is_confirmed, is_disabled, customer_id, account_id"
        asked = f"SELECT {columns} FROM identity_accounts WHERE email_key = ?"  # noqa: S608
        *told, account_id = line.execute(asked, (email,)).fetchone()
    assert told == ["buyer", None, 0, 0, None]
    assert account_id != UUID(int=1).bytes


async def test_nobody_gives_what_they_do_not_have(shop: Attacked) -> None:
    asked = {"name": "small", "scopes": ["identity:write", "identity:read"]}
    small = {"x-api-key": (await shop.asks("POST", "/v1/api-keys", asked)).body["key"]}

    for path, body in (
        ("/v1/staff", {"email": f"{a_name()}@example.com", "role": "owner"}),
        ("/v1/api-keys", {"name": "big", "scopes": ["orders:refund"]}),
        (
            "/v1/clients",
            {
                "client_id": a_name(),
                "name": "big",
                "kind": "application",
                "scopes": ["orders:refund"],
                "redirect_uris": [BACK],
            },
        ),
    ):
        told = await shop.asks("POST", path, body, small)
        assert told.status == 403, (path, told.body)


@contextmanager
def a_trap() -> Iterator[tuple[str, list[object]]]:
    """Somewhere to be sent to; and who came."""
    came: list[object] = []
    with create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.1)
        is_over = False

        def wait() -> None:
            while not is_over:
                try:
                    line, address = trap.accept()
                except TimeoutError:
                    continue
                line.close()
                came.append(address)

        thread = Thread(target=wait)
        thread.start()
        try:
            yield f"127.0.0.1:{trap.getsockname()[1]}", came
        finally:
            is_over = True
            thread.join()


async def test_nothing_that_a_client_names_is_fetched(shop: Attacked) -> None:
    with a_trap() as (place, came):
        url, plain = f"https://{place}/x", f"http://{place}/x"
        name = a_name()
        told = await shop.registers(name, profile_url=url, redirect_uris=[url, plain, BACK])
        assert told.status == 201, told.body
        for member in ("jwks_uri", "logo_uri", "policy_uri", "tos_uri", "client_uri"):
            told = await shop.registers(a_name(), **{member: plain})
            assert told.status == 422
        keys = f'{{"keys": [], "jwks_uri": "{plain}"}}'
        told = await shop.registers(a_name(), auth_method="private_key_jwt", public_keys=keys)
        assert told.status in (400, 422)
        for asked in (
            {"client_id": name, "redirect_uri": url},
            {"client_id": name, "redirect_uri": plain},
            {"request_uri": plain},
            {"request": "e30.e30.", "client_id": url},
            {"resource": plain},
            {"client_id": plain},
        ):
            query = shop.query(**asked)
            async with shop.http.get(f"/authorize?{query}", allow_redirects=False) as reply:
                assert reply.status in (200, 303, 400)
        for head in ("jku", "x5u", "kid"):
            token = _unsigned(head, plain)
            shown = {"authorization": f"Bearer {token}", "x-api-key": ""}
            assert (await shop.asks("GET", "/v1/staff", headers=shown)).status == 401
            said = {
                "grant_type": "client_credentials",
                "client_assertion": token,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            }
            assert (await shop.posts("/oauth/token", said)).status == 401
        agent = {"ucp-agent": f'profile="{plain}"', "x-api-key": ""}
        await shop.asks("GET", "/ucp/v1/orders/ord_1", headers=agent)

    assert came == []


def _unsigned(member: str, place: str) -> str:
    head = {"alg": "ES256", "typ": "at+jwt", "kid": "x", member: place}
    claims = {"iss": place, "sub": place, "aud": place, "exp": 2**33, "jti": "x"}
    return f"{encoded(head)}.{encoded(claims)}.{encoded(bytes(64))}"


PLACES = (
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/introspect",
    "/sign-in",
    "/sign-up",
    "/authorize",
)


@pytest.mark.parametrize("path", PLACES)
async def test_what_is_too_large_is_told_so(shop: Attacked, path: str) -> None:
    ours = {"origin": shop.url}
    for body in (
        b"a=" + b"x" * 20_000,
        b"a=" + b"x" * 3_000_000,
        b"&".join(b"a%d=b" % number for number in range(5_000)),
        b"&" * 10_000,
        b"a=%" + b"25" * 5_000,
    ):
        told = await shop.posts(path, body, ours)
        assert 400 <= told.status < 500, (path, len(body), told.status)


LONG: tuple[Any, ...] = (
    "x" * 100_000,
    ["x"] * 10_000,
    {"x": {}},
    "\0",
    "\ud83d\ude00" * 400,
    2**70,
)


@pytest.mark.parametrize("path", ["/v1/staff", "/v1/clients", "/v1/api-keys"])
async def test_what_is_too_long_is_refused(shop: Attacked, path: str) -> None:
    for name in PLAIN[path]:
        for value in LONG:
            told = await shop.asks("POST", path, {**PLAIN[path], name: value})
            assert 400 <= told.status < 500, (name, value, told.status)


async def test_queries_and_headers_have_an_end(shop: Attacked) -> None:
    long = "x" * 9_000
    for path in (
        f"/authorize?{shop.query(state=long)}",
        f"/sign-in?next={long}",
        f"/reset?ticket={long}",
        f"/confirm?ticket={long}",
        f"/account?told={long}",
    ):
        async with shop.http.get(path, allow_redirects=False) as reply:
            assert reply.status < 500, path
    for name in ("authorization", "x-api-key", "cookie", "user-agent", "if-match", "origin"):
        for value in (f"Bearer {long}", f"Basic {long}", f"session={long}", "é", '"'):
            shown = {"x-api-key": "", name: value}
            assert (await shop.asks("GET", "/v1/staff", headers=shown)).status < 500, name
            for path in ("/oauth/token", "/sign-in"):
                told = await shop.posts(path, {"grant_type": "client_credentials"}, {name: value})
                assert 400 <= told.status < 500, (path, name)


MEDIA = (
    *("application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml", ""),
    *(f"{FORM}x", "*/*", "é", f"{FORM}; charset=utf-16", "application/jwt"),
)


@pytest.mark.parametrize("media", MEDIA)
async def test_what_is_sent_as_something_else_is_not_guessed_at(shop: Attacked, media: str) -> None:
    body = b"grant_type=client_credentials&email=a@b.example&password=x"
    for path in PLACES:
        told = await shop.posts(path, body, {"content-type": media, "origin": shop.url})
        assert 400 <= told.status < 500, (path, told.status)
