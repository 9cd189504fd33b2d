"""Pictures of the pages of an account, as `tests.pages.screenshots` keeps them."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from domain.contracts.identity import SHOPPING_SCOPES
from tests.pages.account.people import PASSWORD, People

Keep = Callable[[Page, str], Awaitable[None]]
ALL = ("openid", "email", *SHOPPING_SCOPES)

NAMES = {"light": "ada@example.com", "dark": "grace@example.com", "narrow": "alan@example.com"}


async def take(page: Page, url: str, people: People, kind: str, keep: Keep) -> None:
    ada = await people.confirmed(NAMES[kind])
    agent = await people.client(name="Shopping Assistant", scopes=ALL)
    finder = await people.client(name="Gift Finder", scopes=SHOPPING_SCOPES[1:3])
    await page.goto(f"{url}{agent.path}")
    await page.fill("#f-email", ada)
    await keep(page, f"sign-in-{kind}")
    await page.fill("#f-password", PASSWORD)
    await page.click("button.main")
    await page.wait_for_url("**/authorize?**")
    await keep(page, f"consent-{kind}")
    for one in (finder, agent):
        await people.linked(ada, one)
    await page.goto(f"{url}/account/platforms")
    await keep(page, f"platforms-{kind}")
