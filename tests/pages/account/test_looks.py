"""Each page of an account, light and dark, under axe; and on the narrowest of screens."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from domain.contracts.identity import NONE, SHOPPING_SCOPES
from tests.pages.account.people import PASSWORD, People
from tests.pages.browser import window
from tests.pages.test_accessibility import faults
from tests.processes import Process

TICKET = "t" * 40
BEFORE = (
    "/sign-in",
    "/sign-in?told=reset",
    "/staff/sign-in",
    "/sign-up",
    "/sign-up?told=sent",
    "/forgot",
    "/forgot?told=sent",
    f"/confirm?ticket={TICKET}",
    f"/reset?ticket={TICKET}",
    "/confirm",
    "/authorize?client_id=nobody",
)
OWN = ("/account", "/account/platforms", "/account/sessions", "/account?told=password")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=["light", "dark", "narrow"])
async def page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    scheme = "light" if request.param == "narrow" else request.param
    width = 320 if request.param == "narrow" else 1000
    how = {"viewport": {"width": width, "height": 640}}
    async with window(browser, color_scheme=scheme, **how) as opened:
        yield opened.page


async def wrong_with(page: Page, *addresses: str) -> dict[str, object]:
    """What is wrong with them: for whom they are hard to use, and how far they are too wide."""
    found: dict[str, object] = {}
    for address in addresses:
        await page.goto(address)
        found[address] = (await faults(page), await page.evaluate(WIDER))
    return {address: wrong for address, wrong in found.items() if wrong != ("", 0)}


async def test_before_anybody_has_signed_in(shop: Process, page: Page) -> None:
    assert await wrong_with(page, *(f"{shop.url}{path}" for path in BEFORE)) == {}


async def test_forms_that_were_not_taken(shop: Process, page: Page) -> None:
    for path in ("/sign-in", "/sign-up", "/forgot", f"/reset?ticket={TICKET}"):
        await page.goto(f"{shop.url}{path}")
        await page.click("button.main")
        await page.wait_for_selector(".mistake")

        assert (await faults(page), await page.evaluate(WIDER)) == ("", 0)


async def test_once_somebody_has(shop: Process, people: People, page: Page) -> None:
    ada = await people.confirmed()
    agent = await people.client(name="Assistant" * 11, scopes=("email", *SHOPPING_SCOPES))
    await people.linked(ada, agent)
    helper = await people.client(auth_method=NONE, redirect_uris=("http://127.0.0.1/back",))
    await page.goto(f"{shop.url}/sign-in")
    await page.fill("#f-email", ada)
    await page.fill("#f-password", PASSWORD)
    await page.click("button.main")
    await page.wait_for_url("**/account")

    asked = (agent.saying(prompt="consent").path, helper.path)
    assert await wrong_with(page, *(f"{shop.url}{path}" for path in (*OWN, *asked))) == {}


async def test_before_the_address_is_confirmed(shop: Process, people: People, page: Page) -> None:
    ada, agent = await people.signed_up(), await people.client()
    await page.goto(f"{shop.url}/sign-in")
    await page.fill("#f-email", ada)
    await page.fill("#f-password", PASSWORD)
    await page.click("button.main")
    await page.wait_for_url("**/account")

    asked = (f"{shop.url}/account", f"{shop.url}{agent.path}")
    assert await wrong_with(page, *asked) == {}
