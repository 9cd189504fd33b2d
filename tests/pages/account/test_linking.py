"""From a client's first question to its end, in a browser that runs no scripts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from domain.contracts.identity import NONE
from tests.pages.account.people import PASSWORD, VERIFIER, Asking, People, answer_in
from tests.pages.browser import Window
from tests.pages.shop import go_on
from tests.processes import Process
from tests.servers import served


@pytest.fixture(scope="module")
def program() -> Iterator[str]:
    """A program on the buyer's own machine, which waits for an answer."""

    async def back(_: Request) -> PlainTextResponse:
        return PlainTextResponse("You can close this window.")

    with served(Starlette(routes=[Route("/back", back)])) as (url,):
        yield f"{url}/back"


async def asking_of(people: People, program: str) -> Asking:
    return await people.client(name="Helper", redirect_uris=(program,), auth_method=NONE)


async def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    await page.fill("#f-email", email)
    await page.fill("#f-password", password)
    await go_on(page)


async def token_for(shop: Process, asking: Asking, code: str) -> dict[str, str]:
    form = {
        "grant_type": "authorization_code",
        "client_id": asking.client_id,
        "redirect_uri": asking.redirect_uri,
        "code": code,
        "code_verifier": VERIFIER,
    }
    async with ClientSession() as client, client.post(f"{shop.url}/oauth/token", data=form) as told:
        body: dict[str, str] = await told.json()
        assert told.status == 200, body
        return body


@pytest.mark.ucp("OAU-16", "OAU-20")
async def test_somebody_new_links_a_client_and_unlinks_it(
    shop: Process, people: People, buyer: Window, program: str
) -> None:
    page, ada, asking = buyer.page, people.name(), await asking_of(people, program)
    await page.goto(f"{shop.url}{asking.path}")
    await page.get_by_role("link", name="I have no account yet").click()
    await page.fill("#f-email", ada)
    await page.fill("#f-new", PASSWORD)
    await go_on(page)
    letter = await buyer.context.new_page()
    await letter.goto(f"{shop.url}{await people.letters.link_to(ada, '/confirm')}")
    await letter.fill("#f-password", PASSWORD)
    await go_on(letter)
    await expect(letter.get_by_role("status")).to_have_text("Your e-mail address is confirmed.")
    await page.get_by_role("link", name="Sign in").click()
    await sign_in(page, ada)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Allow Helper to act for you?")
    await expect(page.get_by_text("any program on this device")).to_be_visible()
    await page.get_by_role("button", name="Allow", exact=True).click()
    await page.wait_for_url(f"{program}?**")

    told = answer_in(page.url)
    token = await token_for(shop, asking, told["code"])
    assert (told["iss"], told["state"]) == (shop.url, "state-of-the-client")
    assert set(token["scope"].split()) == set(asking.scopes)
    await page.goto(f"{shop.url}/account/platforms")
    await expect(page.get_by_role("heading", level=2)).to_have_text("Helper")
    await page.get_by_role("button", name="Unlink Helper").click()
    await expect(page.get_by_role("status")).to_have_text(
        "It can do nothing in your name any more."
    )
    await expect(page.get_by_text("Nobody, as yet.")).to_be_visible()
    assert buyer.strays == []


async def test_whoever_does_not_agree_goes_back_without_a_code(
    shop: Process, people: People, buyer: Window, program: str
) -> None:
    page, ada = buyer.page, await people.confirmed()
    await page.goto(f"{shop.url}{(await asking_of(people, program)).path}")
    await sign_in(page, ada)

    await page.get_by_role("button", name="Do not allow").click()
    await page.wait_for_url(f"{program}?**")

    assert answer_in(page.url)["error"] == "access_denied"


async def test_whoever_agreed_before_signs_in_and_is_there(
    shop: Process, people: People, buyer: Window
) -> None:
    """Through two redirections from one form, which the policy of its page must let through."""
    page, ada, asking = buyer.page, await people.confirmed(), await people.client()
    await people.linked(ada, asking)
    await page.goto(f"{shop.url}{asking.path}")
    await page.fill("#f-email", ada)
    await page.fill("#f-password", PASSWORD)

    async with page.expect_request(f"{asking.redirect_uri}?**") as sent:
        await page.click("button.main", no_wait_after=True)

    assert answer_in((await sent.value).url)["code"].startswith("fsc_")
    assert urlsplit((await sent.value).url).hostname == "agent.example"
    assert "referer" not in (await sent.value).headers


async def test_a_wrong_password_is_told_at_the_field(
    shop: Process, people: People, buyer: Window
) -> None:
    page, ada = buyer.page, await people.confirmed()
    await page.goto(f"{shop.url}/sign-in")

    await sign_in(page, ada, "not the password")

    await expect(page).to_have_title("Please check · Sign in · Fleur & Co")
    await expect(page.locator("#f-email")).to_have_value(ada)
    await expect(page.locator("#f-password")).to_have_value("")
    await expect(page.locator("#f-email")).to_have_attribute("aria-describedby", "e-email")
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(page.locator("#f-email")).to_be_focused()


async def test_a_password_is_chosen_anew_by_mail(
    shop: Process, people: People, buyer: Window
) -> None:
    page, ada = buyer.page, await people.confirmed()
    await page.goto(f"{shop.url}/sign-in")
    await page.get_by_role("link", name="I have forgotten my password").click()
    await page.fill("#f-email", ada)
    await go_on(page)
    await page.goto(f"{shop.url}{await people.letters.link_to(ada, '/reset')}")

    await page.fill("#f-new", "five flowers in a vase")
    await go_on(page)
    await sign_in(page, ada, "five flowers in a vase")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


async def test_a_keyboard_is_enough(
    shop: Process, people: People, buyer: Window, program: str
) -> None:
    page, ada = buyer.page, await people.confirmed()
    await page.goto(f"{shop.url}{(await asking_of(people, program)).path}")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type(ada)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/authorize?**")

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Allow", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{program}?**")

    assert "code" in answer_in(page.url)
