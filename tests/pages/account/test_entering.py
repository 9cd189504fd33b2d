"""Signing in and out, as browsers and as those who mean harm do it."""

import re

import pytest

from tests.pages.account.browsing import OURS, Browsing
from tests.pages.account.people import PASSWORD, People

SAME = re.compile(r'value="[0-9a-f]{64}"|value="[^"]*@[^"]*"')


def without_secrets(html: str) -> str:
    """The page, but for what is another each time."""
    return SAME.sub("", html)


async def test_whoever_signs_in_gets_a_cookie_of_their_own(
    people: People, browsing: Browsing
) -> None:
    ada = await people.confirmed()

    seen = await browsing.sign_in(ada, PASSWORD)

    assert (seen.status, seen.location) == (303, "/account")
    (line,) = [line for line in seen.set_cookies if line.startswith("session=")]
    assert line.startswith("session=fse_")
    assert "; HttpOnly; " in line
    assert line.endswith("; Path=/; SameSite=lax")
    assert ada in (await browsing.open("/account")).html


async def test_signing_in_again_is_another_session_and_ends_the_one_before(
    people: People, browsing: Browsing
) -> None:
    ada = await people.confirmed()
    await browsing.sign_in(ada, PASSWORD)
    before = dict(browsing.cookies)

    await browsing.sign_in(ada, PASSWORD)

    assert browsing.cookies["session"] != before["session"]
    stale = Browsing(browsing.client, browsing.url, {"session": before["session"]})
    assert (await stale.open("/account")).status == 303


async def test_nobody_can_choose_a_session_for_somebody_else(
    people: People, browsing: Browsing
) -> None:
    ada, planted = await people.confirmed(), "fse_" + "a" * 43
    browsing.cookies["session"] = planted

    await browsing.sign_in(ada, PASSWORD)

    assert browsing.cookies["session"] != planted


async def test_signing_out_ends_it_where_it_is_kept(people: People, browsing: Browsing) -> None:
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    stolen = Browsing(browsing.client, browsing.url, dict(browsing.cookies))

    seen = await browsing.fill("/account", "/sign-out")

    assert (seen.status, seen.location) == (303, "/sign-in?told=signed_out")
    assert "session" not in browsing.cookies
    assert (await stolen.open("/account")).location == "/sign-in"


async def test_what_is_answered_does_not_tell_who_has_an_account(
    people: People, browsing: Browsing
) -> None:
    ada, nobody = await people.confirmed(), people.name()

    known = await browsing.sign_in(ada, "another password")
    unknown = await browsing.sign_in(nobody, "another password")
    assert (known.status, without_secrets(known.html)) == (422, without_secrets(unknown.html))
    assert unknown.status == 422

    signed_up = [await browsing.fill("/sign-up", email=e, new=PASSWORD) for e in (ada, nobody)]
    assert {(one.status, one.location) for one in signed_up} == {(303, "/sign-up?told=sent")}

    forgotten = [await browsing.fill("/forgot", email=e) for e in (ada, people.name())]
    assert {(one.status, one.location) for one in forgotten} == {(303, "/forgot?told=sent")}


async def test_whoever_guesses_must_wait_and_is_told_how_long(
    people: People, browsing: Browsing
) -> None:
    ada = await people.confirmed()
    for _ in range(5):
        assert (await browsing.sign_in(ada, "a guess of many")).status == 422

    seen = await browsing.sign_in(ada, "a guess of many")

    assert seen.status == 429
    assert 0 < int(seen.headers["Retry-After"]) <= 900
    assert "There were too many tries. Please try again in" in seen.html
    assert ada in seen.html
    assert "a guess of many" not in seen.html


@pytest.mark.parametrize("path", ["/account", "/account/platforms", "/account/sessions"])
async def test_whoever_is_nobody_is_asked_to_sign_in_and_then_goes_on(
    people: People, browsing: Browsing, path: str
) -> None:
    ada = await people.confirmed()

    door = (await browsing.open(path)).location
    seen = await browsing.fill(door, email=ada, password=PASSWORD)

    assert door.startswith("/sign-in")
    assert (seen.status, seen.location) == (303, path)


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "/%2f"]
)
async def test_nobody_is_sent_elsewhere_after_signing_in(
    people: People, browsing: Browsing, to: str
) -> None:
    ada = await people.confirmed()
    form = (await browsing.open("/sign-in")).form("/sign-in")

    fields = {**form, "email": ada, "password": PASSWORD, "next": to}
    seen = await browsing.send("/sign-in", fields)

    assert (seen.status, seen.location) == (303, "/account")


FORMS = [
    ("/sign-in", "/sign-in"),
    ("/staff/sign-in", "/staff/sign-in"),
    ("/sign-up", "/sign-up"),
    ("/forgot", "/forgot"),
    ("/staff/forgot", "/staff/forgot"),
    (f"/reset?ticket={'t' * 40}", "/reset"),
    (f"/confirm?ticket={'t' * 40}", "/confirm"),
]
OWN = [
    ("/account", "/account/password"),
    ("/account", "/account/close"),
    ("/account", "/sign-out"),
    ("/account/sessions", "/account/sessions"),
]


@pytest.mark.parametrize(("path", "action"), [*FORMS, *OWN])
async def test_forms_are_taken_from_the_browser_that_was_shown_them(
    people: People, browsing: Browsing, path: str, action: str
) -> None:
    other = Browsing(browsing.client, browsing.url)
    if (path, action) in OWN:
        await browsing.sign_in(await people.confirmed(), PASSWORD)
        await other.sign_in(await people.confirmed(), PASSWORD)
    mine, theirs = [(await one.open(path)).form(action) for one in (browsing, other)]

    statuses = [
        (await browsing.send(action, fields, headers)).status
        for fields, headers in (
            ({**mine, "token": ""}, OURS),
            ({k: v for k, v in mine.items() if k != "token"}, OURS),
            (theirs, OURS),
            (mine, {}),
            (mine, {"Sec-Fetch-Site": "cross-site"}),
            (mine, {"Origin": "https://evil.example"}),
            (mine, {"Origin": "null"}),
        )
    ]
    browsing.cookies.pop("visit", None)
    browsing.cookies.pop("session", None)
    without = await browsing.send(action, mine)

    assert statuses == [403] * 7
    if (path, action) in OWN:
        assert without.location.startswith("/sign-in")
    else:
        assert without.status == 403


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/sign-up", "/forgot", f"/reset?ticket={'t' * 40}", "/authorize", "/account"],
)
async def test_every_page_is_nobody_elses_business(browsing: Browsing, path: str) -> None:
    headers = (await browsing.open(path)).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "body",
    [
        "email=a&email=b",
        "&".join(f"f{i}=1" for i in range(201)),
        "email=%FF",
        "email=\xff",
    ],
)
async def test_a_form_that_is_none_is_refused(browsing: Browsing, body: str) -> None:
    headers = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    async with browsing.client.post(
        f"{browsing.url}/sign-in", data=body.encode("latin-1"), headers=headers
    ) as answer:
        assert answer.status == 400
