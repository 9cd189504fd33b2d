"""The shop whose pages are tested, and what a buyer does on them."""

from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree
from typing import Any

from playwright.async_api import Page

from tests.conftest import a_shop
from tests.processes import ROOT, freestone

EVIL = '<script>document.title="taken"</script>"\'&'
PRODUCTS = (
    ("rare", "The last orchid", 9900, "https://example.com/orchid.jpg"),
    ("scarce", "One of few orchids", 8900, "https://example.com/orchid.jpg"),
    ("evil", EVIL.replace('"', '""'), 100, "http://example.com/plain.jpg"),
)


def stock(folder: Path) -> None:
    sheets = copytree(ROOT / "demo/flower_shop", folder / "sheets")
    with (
        (sheets / "products.csv").open("a") as products,
        (sheets / "inventory.csv").open("a") as on,
    ):
        for sku, title, price, image in PRODUCTS:
            products.write(f'\n{sku},"{title}",{price},{image}')
            on.write(f"\n{sku},{100 if sku == 'evil' else 1}")
    freestone("migrate", **a_shop(folder))
    freestone("import", str(sheets), **a_shop(folder))


async def fill_in(page: Page, **changes: str) -> None:
    """Who and where to, as far as the page asks for it."""
    told = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "street_address": "12 St James's Square",
        "address_locality": "London",
        "postal_code": "SW1Y 4JH",
        **changes,
    }
    for name, text in told.items():
        await page.fill(f"#f-{name}", text)
    await page.select_option("#f-address_country", "GB")


async def go_on(page: Page) -> None:
    """The one big button, until it has led somewhere."""
    async with page.expect_navigation():
        await page.click("button.main")


async def to_payment(page: Page, url: str) -> None:
    """All the way to where only the payment is missing."""
    await page.goto(url)
    await fill_in(page)
    await go_on(page)
    await go_on(page)


async def told(page: Page) -> str:
    """What the page has to say."""
    return " ".join(await page.locator(".note").all_inner_texts())


class Form(HTMLParser):
    """The first form of a page, as a browser that fills nothing in would send it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._forms, self._select = 0, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told: dict[str, Any] = dict(attributes)
        self._forms += tag == "form"
        if self._forms != 1:
            return
        if tag == "form":
            self.action = told.get("action") or ""
        is_off = told.get("type") == "radio" and "checked" not in told
        if tag == "input" and not is_off:
            self.fields[told["name"]] = told.get("value") or ""
        elif tag == "select":
            self._select = told["name"]
            self.fields[self._select] = ""
        elif tag == "option" and "selected" in told:
            self.fields[self._select] = told["value"]
