"""Pictures of the pages for the documents: `python -m tests.pages.screenshots` makes them anew."""

from asyncio import run
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from aiohttp import ClientSession
from playwright.async_api import Browser, Page

from tests.journeys.conftest import strangers
from tests.journeys.shopper import Shopper
from tests.pages.account import pictures
from tests.pages.account.people import Letters, People, identity_of
from tests.pages.browser import chromium, window
from tests.pages.png import smaller
from tests.pages.shop import stock, to_payment
from tests.processes import ROOT, running

IMAGES = ROOT / "docs/images"
WIDE, NARROW = {"width": 1000, "height": 700}, {"width": 360, "height": 640}
KINDS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "narrow": {"viewport": NARROW, "color_scheme": "light"},
}


def happened(kind: str, at: str, text: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": kind,
        "type": kind,
        "occurred_at": f"2026-04-{at}:00Z",
        "line_items": lines,
        "carrier": "Parcel Post",
        "tracking_number": "PP 4711 0815 GB",
        "tracking_url": "https://track.example/4711",
        "description": text,
    }


async def report(shopper: Shopper, order_id: str) -> None:
    """A parcel that is on its way, and a refund."""
    order = (await shopper.order(order_id)).body
    lines = [{"id": line["id"], "quantity": 1} for line in order["line_items"][:1]]
    order["fulfillment"]["events"] = [
        happened("shipped", "08T15:30", "Handed over in Hamburg", lines),
        happened("in_transit", "09T06:12", "Sorted in Rotterdam", lines),
    ]
    order["adjustments"] = [
        {
            "id": "refund_1",
            "type": "refund",
            "status": "completed",
            "occurred_at": "2026-04-09T10:00:00Z",
            "totals": [{"type": "total", "amount": -500}],
            "description": "The pot arrived with a chip",
        }
    ]
    answer = await shopper.ask("PUT", f"/orders/{order_id}", order)
    assert answer.status == 200, answer.body


async def keep(page: Page, name: str) -> None:
    await page.evaluate("scrollTo(0, 0)")
    shot = await page.screenshot(full_page=True, animations="disabled")
    (IMAGES / f"{name}.png").write_bytes(smaller(shot))


async def take(browser: Browser, shopper: Shopper, kind: str) -> None:
    created = await shopper.create("bouquet_roses", "pot_ceramic", discounts={"codes": ["10OFF"]})
    async with window(browser, **KINDS[kind]) as opened:
        page = opened.page
        await to_payment(page, created.body["continue_url"])
        await page.get_by_label("Test card Approved").check()
        await keep(page, f"checkout-{kind}")
        await page.click("button.main")
        await page.wait_for_url("**/order/**")
        address = page.url.partition("?")[0]
        await report(shopper, address.rpartition("/")[2])
        await page.goto(address)
        await keep(page, f"order-{kind}")


async def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name:
        folder = Path(name)
        stock(folder)
        letters = Letters(folder / "letters")
        told = {"shop_name": "Fleur & Co", "mail_url": letters.folder.as_uri()}
        settings = cast(Any, strangers(folder, **told))
        with running(folder / "log", **settings) as shop:
            async with (
                ClientSession() as client,
                ClientSession(shop.internal_url) as inside,
                chromium() as browser,
            ):
                shopping = f"{shop.url}/ucp/v1"
                shopper = Shopper(client, shopping, is_trusting=True)
                people = People(identity_of(inside), letters, shopping)
                for kind, how in KINDS.items():
                    await take(browser, shopper, kind)
                    async with window(browser, **how) as opened:
                        await pictures.take(opened.page, shop.url, people, kind, keep)


if __name__ == "__main__":
    run(main())
