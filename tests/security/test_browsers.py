"""What other sites, and whoever sits between, can make a browser do: nothing."""

from urllib.parse import quote

import pytest
from starlette.requests import Request
from yarl import URL

from app.pages.guard import Foreign, _require_ours
from tests.identity.letters import letter_to
from tests.oauth.buyers import PASSWORD, join
from tests.oauth.forms import Browser
from tests.oauth.shop import BACK
from tests.security.attacked import Attacked, a_name, answered, cookie

EVIL = "https://evil.example"
ELSEWHERE = (
    EVIL,
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/account/../../evil.example",
    "/account@evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/authorize?x\r\nLocation: https://evil.example",
    "/account\r\nSet-Cookie: session=evil",
    "/account%0d%0aSet-Cookie:%20session=evil",
)


@pytest.fixture
def email() -> str:
    return f"{a_name('buyer')}@example.com"


@pytest.mark.parametrize("place", ELSEWHERE)
async def test_signing_in_leads_nowhere_but_here(shop: Attacked, place: str) -> None:
    async with shop.http.get(f"/sign-in?next={quote(place, safe='')}") as page:
        text = await page.text()

    assert page.status == 200
    assert "evil" not in text
    assert "evil" not in str(page.headers)


FOREIGN: tuple[dict[str, str], ...] = (
    {"origin": EVIL},
    {"origin": "null"},
    {"origin": "http://["},
    {"origin": "http://evil.example@127.0.0.1"},
    {"origin": ""},
    {},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "cross-site", "origin": "{own}"},
)
FORMS = (
    *("/sign-in", "/sign-up", "/sign-out", "/forgot", "/reset", "/confirm", "/staff/sign-in"),
    *("/authorize", "/account/password", "/account/close", "/account/platforms"),
    "/account/sessions",
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_no_other_site_sends_our_forms(
    shop: Attacked, email: str, headers: dict[str, str]
) -> None:
    """Not even with all that is in the form, and with the cookies (CSRF)."""
    told = {name: value.format(own=shop.url) for name, value in headers.items()}
    async with shop.browser() as browser:
        await join(browser, shop.mail, email)
        page = await browser.open("/account/sessions")
        form = next(one for one in page.forms if one.action.endswith("/sign-out")).fields
        for path in FORMS:
            async with browser.http.post(
                f"{shop.url}{path}", data=form, headers=told, allow_redirects=False
            ) as reply:
                assert reply.status == 403, path
        assert (await browser.open("/account")).status == 200


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "a" * 5000])
async def test_a_form_that_was_shown_to_another_browser_does_nothing(
    shop: Attacked, email: str, token: str
) -> None:
    ours = {"origin": shop.url}
    async with shop.browser() as browser, shop.browser() as other:
        await join(browser, shop.mail, email)
        strange = (await other.open("/sign-in")).forms[0].fields["token"]
        for path in FORMS:
            for said in (token, strange):
                form = {"token": said, "email": email, "password": PASSWORD, "new": PASSWORD}
                async with browser.http.post(
                    f"{shop.url}{path}", data=form, headers=ours, allow_redirects=False
                ) as reply:
                    assert reply.status == 403, path
        assert (await browser.open("/account")).status == 200


async def consented(shop: Attacked, browser: Browser, **said: str) -> str:
    page = await browser.open(f"/authorize?{shop.query(**said)}")
    page = await browser.send(page, press="allow")
    assert page.location, page.text
    return page.location


@pytest.mark.parametrize(
    "state",
    ["a&iss=https://evil.example", "a#b", "https://evil.example", "é€", "%0d%0aA: b", "a;b"],
)
async def test_a_state_comes_back_as_it_was_and_is_nothing_else(
    shop: Attacked, email: str, state: str
) -> None:
    async with shop.browser() as browser:
        await join(browser, shop.mail, email)
        location = await consented(shop, browser, state=state)

    told = answered(location)
    assert location.startswith(f"{BACK}?")
    assert location.isascii()
    assert (told["state"], told["iss"]) == (state, shop.url)


@pytest.mark.parametrize("state", ["a\r\nSet-Cookie: session=evil", "a\nb", "a\0b"])
async def test_no_state_writes_a_header(shop: Attacked, state: str) -> None:
    query = shop.query(state=state)
    async with shop.http.get(f"/authorize?{query}", allow_redirects=False) as reply:
        assert reply.status == 400
        assert "set-cookie" not in reply.headers or "evil" not in reply.headers["set-cookie"]
        assert "location" not in reply.headers


async def test_every_answer_to_a_client_says_from_whom_it_is(shop: Attacked, email: str) -> None:
    """Mixed up with another server's, it is told apart (RFC 9207): by errors too."""
    async with shop.browser() as browser:
        silent = await browser.open(f"/authorize?{shop.query(prompt='none')}")
        wrong = await browser.open(f"/authorize?{shop.query(scope='no-such')}")
        await join(browser, shop.mail, email)
        page = await browser.open(f"/authorize?{shop.query()}")
        denied = await browser.send(page, press="deny")
        allowed = await consented(shop, browser)

    told = [answered(one.location) for one in (silent, wrong, denied)] + [answered(allowed)]
    assert [one["iss"] for one in told] == [shop.url] * 4
    assert [one.get("error") for one in told] == [
        *("login_required", "invalid_scope", "access_denied", None)
    ]


async def test_no_page_about_an_account_is_framed_kept_or_told_of(
    shop: Attacked, email: str
) -> None:
    async with shop.browser() as browser:
        await join(browser, shop.mail, email)
        for path in (
            *("/sign-in", "/sign-up", "/forgot", "/reset?ticket=" + "t" * 43),
            *("/account", "/account/platforms", "/account/sessions"),
            f"/authorize?{shop.query()}",
        ):
            async with browser.http.get(f"{shop.url}{path}") as page:
                policy = page.headers["content-security-policy"]
                assert "frame-ancestors 'none'" in policy, path
                assert "default-src 'none'" in policy
                assert "script-src" not in policy
                assert page.headers["cache-control"] == "no-store"
                assert page.headers["referrer-policy"] == "same-origin"
                assert page.headers["x-content-type-options"] == "nosniff"


async def test_a_session_is_not_the_one_that_somebody_planted(shop: Attacked, email: str) -> None:
    """What a browser was given before it signed in is good for nothing afterwards (fixation)."""
    async with shop.browser() as browser:
        await join(browser, shop.mail, email)
        first = cookie(browser, "session")
        browser.http.cookie_jar.clear()
        browser.http.cookie_jar.update_cookies(
            {"session": "planted-by-somebody-else", "visit": first}, URL(shop.url)
        )
        page = await browser.open("/sign-in")
        page = await browser.send(page, email=email, password=PASSWORD)
        assert page.status == 200
        assert cookie(browser, "session") not in ("", first, "planted-by-somebody-else")


async def test_a_letter_leads_to_us_whatever_the_request_said(shop: Attacked, email: str) -> None:
    """Who asks for mail cannot have it lead to them (a poisoned `Host`)."""
    async with shop.browser() as browser:
        page = await browser.open("/sign-up")
        form = {**page.forms[0].fields, "email": email, "new": PASSWORD}
        poisoned = {"host": "evil.example", "x-forwarded-host": "evil.example", "origin": shop.url}
        async with browser.http.post(
            f"{shop.url}/sign-up", data=form, headers=poisoned, allow_redirects=False
        ) as reply:
            assert reply.status == 303
            assert "evil" not in reply.headers["location"]
    letter = await letter_to(shop.mail, email, "Confirm")

    assert f"{shop.url}/confirm?ticket=" in letter.get_content()
    assert "evil" not in letter.get_content()


def posted(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://shop.example", "host": "shop.example"},
        {"origin": "https://shop.example.evil.example", "host": "shop.example"},
        {"origin": "https://", "host": ""},
        {"origin": "null", "host": ""},
        {"origin": "http://["},
        {"origin": "https://["},
    ],
    ids=str,
)
def test_who_can_write_into_http_does_not_ride_on_https(headers: dict[str, str]) -> None:
    with pytest.raises(Foreign):
        _require_ours(posted(**headers), "https://shop.example")


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("https://shop.example", "inside:8000", "https://shop.example"),
        ("https://other.example", "other.example", "https://shop.example"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "http://localhost:8000"),
    ],
)
def test_our_own_pages_are_ours(origin: str, host: str, ours: str) -> None:
    _require_ours(posted(origin=origin, host=host), ours)
