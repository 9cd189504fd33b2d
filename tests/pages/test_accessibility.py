"""Each page, light and dark, under axe: what a machine can tell of whether everybody can use it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import SECRET
from tests.journeys.shopper import HOME, Shopper
from tests.pages.browser import window
from tests.pages.shop import go_on, to_payment
from tests.processes import Process

ALL = {"resultTypes": ["violations"]}


@pytest.fixture(params=["light", "dark"])
async def page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    async with window(browser, color_scheme=request.param) as opened:
        yield opened.page


async def faults(page: Page) -> str:
    found = await Axe().run(page, options=ALL)
    return str(found.generate_report()) if found.violations_count else ""


async def opened(shopper: Shopper, *skus: str, **more: Any) -> str:
    return str((await shopper.create(*skus, **more)).body["continue_url"])


async def test_a_checkout_as_it_is_first_seen(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper, "bouquet_tulips", "pot_ceramic"))

    assert await faults(page) == ""


async def test_a_checkout_full_of_mistakes(shopper: Shopper, page: Page) -> None:
    work = {**HOME, "id": "work", "street_address": "2 Side St"}
    methods = [{"type": "shipping", "destinations": [HOME, work]}]
    codes = {"codes": ["NOSUCH", "10OFF"]}
    url = await opened(shopper, fulfillment={"methods": methods}, discounts=codes)
    await page.goto(f"{url}?told=continue")
    assert await page.locator(".mistake").count() == 2

    assert await faults(page) == ""


async def test_a_line_that_there_is_not_enough_of(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper, "bouquet_tulips", "pot_ceramic"))
    await page.fill("#f-quantity-line_1", "100000")
    await page.get_by_role("button", name="Update the quantity of Spring Tulips").click()
    await expect(page.locator(".mistake")).to_have_count(1)

    assert await faults(page) == ""


async def test_a_form_that_was_not_taken(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper))
    await go_on(page)
    assert await page.locator(".mistake").count() == 5

    assert await faults(page) == ""


async def test_a_declined_payment(shopper: Shopper, page: Page) -> None:
    await to_payment(page, await opened(shopper))
    await page.get_by_text("More test cards").click()
    await page.get_by_label("Test card that is declined").check()
    await go_on(page)

    assert await faults(page) == ""


async def test_a_checkout_that_is_closed(shopper: Shopper, page: Page) -> None:
    url = await opened(shopper)
    await shopper.ask("POST", f"/checkout-sessions/{url.rpartition('/')[2]}/cancel")
    await page.goto(url)

    assert await faults(page) == ""


async def test_an_order_on_its_way(
    shop: Process, shopper: Shopper, client: ClientSession, page: Page
) -> None:
    order = (await shopper.complete((await shopper.ready())["id"])).body["order"]
    address = f"{shop.url}/testing/simulate-shipping/{order['id']}"
    async with client.post(address, headers={"Simulation-Secret": SECRET}):
        pass
    refund = {
        "id": "refund_1",
        "type": "refund",
        "status": "failed",
        "occurred_at": "2026-04-08T12:00:00Z",
        "totals": [{"type": "total", "amount": -500}],
        "line_items": [],
    }
    now = (await shopper.order(order["id"])).body
    await shopper.ask("PUT", f"/orders/{order['id']}", {**now, "adjustments": [refund]})
    await page.goto(f"{order['permalink_url']}?told=placed")
    assert await page.get_by_role("heading", name="Refunds and changes").count() == 1

    assert await faults(page) == ""


async def test_a_page_that_is_not_there(shop: Process, page: Page) -> None:
    await page.goto(f"{shop.url}/order/unknown")

    assert await faults(page) == ""


async def test_the_door(shop: Process, page: Page) -> None:
    await page.goto(f"{shop.url}/")

    assert await faults(page) == ""


async def test_a_page_with_faults_is_noticed(page: Page) -> None:
    await page.set_content("<input><p style='color: #999; background: #fff'>hardly to be read</p>")

    found = await faults(page)

    assert "color-contrast" in found
    assert "label" in found
