"""One's own account: its password, where it is signed in, that it ends; by mail, if need be."""

from domain.contracts.identity import ChangeStaff
from tests.pages.account.browsing import Browsing
from tests.pages.account.people import PASSWORD, People
from tests.pages.shop import EVIL

ANOTHER = "five flowers in a vase"


async def two(people: People, browsing: Browsing) -> tuple[str, Browsing]:
    """Somebody who has signed in twice."""
    ada, elsewhere = await people.confirmed(), Browsing(browsing.client, browsing.url)
    for one in (elsewhere, browsing):
        await one.sign_in(ada, PASSWORD)
    return ada, elsewhere


async def test_from_a_letter_one_comes_to_a_confirmed_account(
    people: People, browsing: Browsing
) -> None:
    ada = people.name()
    assert (await browsing.fill("/sign-up", email=ada, new=PASSWORD)).status == 303
    link = await people.letters.link_to(ada, "/confirm")

    looked = await browsing.open(link)
    other = await browsing.fill(link, "/confirm", password=ANOTHER)
    seen = await browsing.fill(link, "/confirm", password=PASSWORD)
    again = await browsing.fill(link, "/confirm", password=PASSWORD)

    assert (looked.status, other.status) == (200, 422)
    assert (seen.status, seen.location) == (303, "/sign-in?told=confirmed")
    assert (again.status, again.heading) == (404, "This link is no longer good")
    await browsing.sign_in(ada, PASSWORD)
    assert "<dd>Yes</dd>" in (await browsing.open("/account")).html


async def test_by_mail_one_chooses_another_password(people: People, browsing: Browsing) -> None:
    ada, elsewhere = await two(people, browsing)
    agent = await people.client()
    await people.linked(ada, agent)
    assert (await browsing.fill("/forgot", email=ada)).location == "/forgot?told=sent"
    link = await people.letters.link_to(ada, "/reset")

    short = await browsing.fill(link, "/reset", new="short")
    seen = await browsing.fill(link, "/reset", new=ANOTHER)
    again = await browsing.fill(link, "/reset", new="six flowers in a vase")

    assert (short.status, "A password has 8 to 200 characters." in short.html) == (422, True)
    assert (seen.status, seen.location) == (303, "/sign-in?told=reset")
    assert again.status == 404
    assert (await elsewhere.open("/account")).status == 303
    assert (await browsing.sign_in(ada, PASSWORD)).status == 422
    assert (await browsing.sign_in(ada, ANOTHER)).status == 303
    assert "Nobody, as yet" in (await browsing.open("/account/platforms")).html


async def test_a_new_password_signs_one_out_everywhere_else(
    people: People, browsing: Browsing
) -> None:
    _, elsewhere = await two(people, browsing)

    wrong = await browsing.fill("/account", "/account/password", old=ANOTHER, new=ANOTHER)
    poor = await browsing.fill("/account", "/account/password", old=PASSWORD, new="password1")
    seen = await browsing.fill("/account", "/account/password", old=PASSWORD, new=ANOTHER)

    assert (wrong.status, "This is not your password." in wrong.html) == (422, True)
    assert (poor.status, "Too many have chosen this password." in poor.html) == (422, True)
    assert seen.location == "/account?told=password"
    assert (await browsing.open("/account")).status == 200
    assert (await elsewhere.open("/account")).status == 303


async def test_a_closed_account_is_nobodys(people: People, browsing: Browsing) -> None:
    ada, elsewhere = await two(people, browsing)

    wrong = await browsing.fill("/account", "/account/close", password=ANOTHER)
    seen = await browsing.fill("/account", "/account/close", password=PASSWORD)

    assert wrong.status == 422
    assert seen.location == "/sign-in?told=closed"
    assert not browsing.cookies
    assert (await elsewhere.open("/account")).status == 303
    assert (await browsing.sign_in(ada, PASSWORD)).status == 422


async def test_one_session_is_ended_or_all_others(people: People, browsing: Browsing) -> None:
    ada, elsewhere = await two(people, browsing)
    third = Browsing(browsing.client, browsing.url)
    await third.sign_in(ada, PASSWORD)
    page = await browsing.open("/account/sessions")
    last = page.html.rpartition('name="session" value="')[0]
    session = last.rpartition('name="session" value="')[2].partition('"')[0]

    one = await browsing.fill("/account/sessions", session=session)
    left = [(await other.open("/account")).status for other in (elsewhere, third)]
    others = await browsing.fill("/account/sessions", session="others")
    none = [(await other.open("/account")).status for other in (elsewhere, third)]

    assert page.html.count("Chrome on Linux</h2>") + page.html.count("Chrome on Linux <span") == 3
    assert one.location == "/account/sessions?told=ended"
    assert sorted(left) == [200, 303]
    assert others.location == "/account/sessions?told=others_ended"
    assert none == [303, 303]
    assert (await browsing.open("/account")).status == 200


async def test_nobody_ends_a_session_of_another(people: People, browsing: Browsing) -> None:
    eve = Browsing(browsing.client, browsing.url)
    await browsing.sign_in(await people.confirmed(), PASSWORD)
    await eve.sign_in(await people.confirmed(), PASSWORD)
    page = (await browsing.open("/account/sessions")).html
    session = page.partition('name="session" value="')[2].partition('"')[0]

    await eve.fill("/account/sessions", session=session)
    broken = await eve.fill("/account/sessions", session="not-an-id")

    assert (await browsing.open("/account")).status == 200
    assert broken.status == 400


async def test_what_a_browser_calls_itself_is_only_shown(
    people: People, browsing: Browsing
) -> None:
    ada = await people.confirmed()
    form = (await browsing.open("/sign-in")).form("/sign-in")
    headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": EVIL}
    await browsing.send("/sign-in", {**form, "email": ada, "password": PASSWORD}, headers)

    seen = await browsing.open("/account/sessions?told=<script>")

    assert "<script" not in seen.html
    assert "&lt;script&gt;" in seen.html


async def test_staff_that_is_locked_out_is_out_at_once(people: People, browsing: Browsing) -> None:
    boss = await people.employed()
    await browsing.sign_in(boss, PASSWORD, "/staff/sign-in")
    page = await browsing.open("/account")

    change = ChangeStaff(
        account_id=people.ids[boss], role="manager", is_disabled=True, version=None
    )
    await people.identity.change_staff(change)

    assert "<dd>manager</dd>" in page.html
    assert "/account/close" not in page.html
    assert (await browsing.open("/account")).status == 303
