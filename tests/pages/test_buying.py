"""A buyer in Chromium, with scripts switched off, from the first look to the parcel."""

from asyncio import gather
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, expect

from app.pages.happenings import TIMES
from tests.journeys.conftest import SECRET, strangers
from tests.journeys.reconcile import number
from tests.journeys.shopper import HOME, Shopper
from tests.pages.browser import Window, window
from tests.pages.shop import fill_in, go_on, to_payment, told
from tests.processes import Process, running

ORDERS = "SELECT count(*) FROM ordering_orders"
NARROWEST = {"width": 320, "height": 640}


@pytest.fixture
async def page(buyer: Window) -> AsyncIterator[Page]:
    """Whatever a test does, it asks nobody but the shop."""
    yield buyer.page
    assert buyer.strays == []
    assert [said for said in buyer.told if "Content Security Policy" in said] == []


async def opened(shopper: Shopper, *skus: str, **more: Any) -> str:
    created = await shopper.create(*skus, **more)
    assert created.status == 201, created.body
    return str(created.body["continue_url"])


async def test_a_buyer_finishes_a_checkout_without_scripts(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper, "bouquet_tulips", "pot_ceramic"))
    await page.fill("#f-quantity-line_2", "2")
    await page.fill("#f-code", "10OFF")
    await fill_in(page)
    await go_on(page)
    await page.get_by_label("International Express").check()
    await go_on(page)

    await expect(page.locator(".sum dd")).to_have_text("$79.00")
    await page.get_by_label("Test card Approved").check()
    await page.get_by_role("button", name="Order and pay $79.00").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
    await expect(page.get_by_role("heading", name="Being prepared")).to_be_visible()
    assert f"2 {TIMES} $15.00" in await page.inner_text("main")
    order = await shopper.order(page.url.rpartition("/")[2].partition("?")[0])
    destination = order.body["fulfillment"]["expectations"][0]["destination"]
    assert (destination["first_name"], destination["address_country"]) == ("Ada", "GB")


async def test_a_buyer_finishes_a_checkout_with_the_keyboard_alone(
    shopper: Shopper, page: Page
) -> None:
    await page.goto(await opened(shopper, "bouquet_tulips"))

    async def to(locator: str) -> None:
        """Go there by the Tab key, as far as it takes."""
        for _ in range(40):
            await page.keyboard.press("Tab")
            if await page.locator(locator).evaluate("it => it === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {locator}")

    for name, text in [
        ("first_name", "Ada"),
        ("email", "ada@example.com"),
        ("street_address", "1 Main St"),
        ("address_locality", "Springfield"),
        ("address_country", "United Sta"),
    ]:
        await to(f"#f-{name}")
        await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await to("button.main")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Standard Shipping")).to_be_checked()
    await to("#f-option-1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Payment")).to_be_visible()
    await to("#f-way-1")
    await page.keyboard.press("Space")
    await to("button.main")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")


async def test_enter_in_a_field_saves_and_never_orders(
    shop: Process, shopper: Shopper, page: Page
) -> None:
    await to_payment(page, await opened(shopper, "bouquet_tulips"))
    before = number(shop.database, ORDERS)
    await page.get_by_label("Test card Approved").check()

    await page.locator("#f-phone_number").press("Enter")

    await expect(page.locator(".note.good")).to_have_text("Saved.")
    assert number(shop.database, ORDERS) == before


async def test_two_windows_that_order_at_once_get_one_order(
    shop: Process, shopper: Shopper, browser: Browser
) -> None:
    url = await opened(shopper, "bouquet_tulips")
    async with window(browser) as one, window(browser) as two:
        await to_payment(one.page, url)
        await two.page.goto(url)
        before = number(shop.database, ORDERS)

        async def order(page: Page) -> None:
            await page.get_by_label("Test card Approved").check()
            await go_on(page)
            await page.wait_for_url("**/order/**")

        await gather(order(one.page), order(two.page))

        assert one.page.url == two.page.url
    assert number(shop.database, ORDERS) == before + 1


async def test_a_double_click_is_one_order(shop: Process, shopper: Shopper, page: Page) -> None:
    await to_payment(page, await opened(shopper, "bouquet_tulips"))
    before = number(shop.database, ORDERS)
    await page.get_by_label("Test card Approved").check()

    await page.dblclick("button.main")

    await page.wait_for_url("**/order/**")
    assert number(shop.database, ORDERS) == before + 1


async def test_a_declined_card_is_told_and_another_one_is_taken(
    shopper: Shopper, page: Page
) -> None:
    await to_payment(page, await opened(shopper, "bouquet_tulips"))
    await page.get_by_label("Test card that is declined").check()
    await go_on(page)

    assert "The card was declined. Nothing was charged." in await told(page)
    await expect(page.locator("#f-way")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Test card Approved").check()
    await go_on(page)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")


async def test_a_choice_that_is_wrong_has_no_box_around_it_as_a_field_has(
    shopper: Shopper, page: Page
) -> None:
    await to_payment(page, await opened(shopper, "bouquet_tulips"))
    await page.fill("#f-email", "ada")

    await go_on(page)

    await expect(page.locator("#f-way")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#f-way")).to_have_css("border-top-width", "0px")
    await expect(page.locator("#f-email")).to_have_css("border-top-width", "2px")


async def test_what_ran_out_meanwhile_is_told_and_can_be_left_out(
    shopper: Shopper, page: Page
) -> None:
    await to_payment(page, await opened(shopper, "rare", "bouquet_tulips"))
    other = await shopper.complete((await shopper.ready("rare"))["id"])
    assert other.body["status"] == "completed"
    await page.get_by_label("Test card Approved").check()

    await go_on(page)

    assert "Insufficient stock of The last orchid: 0 left." in await told(page)
    await expect(page.locator("#f-quantity-line_1")).to_have_attribute("aria-invalid", "true")
    await page.get_by_role("button", name="Remove The last orchid").click()
    await page.get_by_label("Test card Approved").check()
    await go_on(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")


async def test_more_than_there_is_is_told_beside_the_line(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper, "scarce"))
    await page.fill("#f-quantity-line_1", "3")
    await page.get_by_role("button", name="Update").click()

    await expect(page.locator("#e-quantity-line_1")).to_contain_text("1 left")
    await page.get_by_role("link", name="1 left").click()
    await expect(page.locator("#f-quantity-line_1")).to_be_focused()


async def test_an_address_that_the_checkout_has_can_be_chosen(shopper: Shopper, page: Page) -> None:
    work = {**HOME, "id": "work", "street_address": "2 Side St"}
    methods = [{"type": "shipping", "destinations": [HOME, work]}]
    await page.goto(await opened(shopper, "bouquet_tulips", fulfillment={"methods": methods}))
    await expect(page.get_by_label("123 Main St")).to_be_checked()
    await page.get_by_label("2 Side St").check()
    await expect(page.locator("#f-street_address")).to_be_hidden()
    await page.fill("#f-email", "ada@example.com")

    await go_on(page)
    await expect(page.get_by_label("2 Side St")).to_be_checked()
    await page.get_by_label("Another address").check()
    await fill_in(page)
    await go_on(page)

    await expect(page.get_by_label("Another address")).to_be_checked()
    await expect(page.locator("#f-street_address")).to_have_value("12 St James's Square")


async def test_a_code_that_is_not_known_is_told_once(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper, "bouquet_tulips"))
    await page.fill("#f-code", "NOSUCH")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.locator("#e-code")).to_have_text("NOSUCH: this code is not known.")

    await page.fill("#f-code", "10OFF")
    await page.get_by_role("button", name="Apply").click()

    await expect(page.locator("#e-code")).to_have_count(0)
    await page.get_by_role("button", name="Remove the code 10OFF").click()
    await expect(page.locator(".code")).to_have_count(0)


async def test_a_field_can_be_emptied_again(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper, buyer={"email": "a@example.com", "phone_number": "1"}))
    await page.fill("#f-phone_number", "")

    await page.get_by_role("button", name="Update").click()

    await expect(page.locator("#f-phone_number")).to_have_value("")
    await expect(page.locator("#f-email")).to_have_value("a@example.com")


async def test_a_cancelled_checkout_is_closed(shopper: Shopper, page: Page) -> None:
    await page.goto(await opened(shopper))
    await page.get_by_text("Cancel this checkout").click()

    await page.get_by_role("button", name="Yes, cancel it").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("This checkout is closed")


async def test_a_parcel_can_be_followed(
    shop: Process, shopper: Shopper, client: ClientSession, page: Page
) -> None:
    placed = await shopper.complete((await shopper.ready("bouquet_roses"))["id"])
    order = placed.body["order"]
    address = f"{shop.url}/testing/simulate-shipping/{order['id']}"
    async with client.post(address, headers={"Simulation-Secret": SECRET}) as answer:
        assert answer.status == 200

    await page.goto(order["permalink_url"])

    await expect(page.get_by_role("heading", name="On its way")).to_be_visible()
    await expect(page.get_by_role("heading", name="Tracking")).to_be_visible()
    assert f"1 {TIMES} Bouquet of Red Roses" in await page.inner_text("main")


async def is_within(page: Page, inner: str, outer: str) -> bool:
    """Whether the one is drawn wholly inside of the other."""
    one, other = [await page.locator(which).bounding_box() for which in (inner, outer)]
    assert one
    assert other
    return (
        one["x"] >= other["x"]
        and one["y"] >= other["y"]
        and one["x"] + one["width"] <= other["x"] + other["width"]
        and one["y"] + one["height"] <= other["y"] + other["height"]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_needs_to_be_scrolled_sideways_on_the_narrowest_screen(
    shopper: Shopper, browser: Browser, scheme: Any
) -> None:
    async with window(browser, viewport=NARROWEST, color_scheme=scheme) as narrow:
        page = narrow.page
        await to_payment(page, await opened(shopper, "evil", "bouquet_tulips", "pot_ceramic"))
        widths = [await page.evaluate("document.documentElement.scrollWidth")]
        assert await is_within(page, ".shop .trial", ".shop")
        await page.get_by_label("Test card Approved").check()
        await go_on(page)
        await page.wait_for_url("**/order/**")
        widths.append(await page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [320, 320]


@pytest.fixture
def slow_shop(stocked: Path, tmp_path: Path) -> Iterator[Process]:
    """One that answers in less time than its payment provider."""
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    with running(tmp_path / "log", **strangers(tmp_path, request_seconds=2)) as process:
        yield process


async def test_an_order_that_takes_its_time_is_waited_for_without_scripts(
    slow_shop: Process, client: ClientSession, page: Page
) -> None:
    shopper = Shopper(client, f"{slow_shop.url}/ucp/v1", is_trusting=True)
    await to_payment(page, await opened(shopper, "bouquet_tulips"))
    await page.get_by_text("More test cards").click()
    await page.get_by_label("Test card that is slow").check()

    await go_on(page)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Your order is being placed")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")


async def test_a_provider_that_never_answers_is_told_of(
    slow_shop: Process, client: ClientSession, page: Page
) -> None:
    shopper = Shopper(client, f"{slow_shop.url}/ucp/v1", is_trusting=True)
    await to_payment(page, await opened(shopper, "bouquet_tulips"))
    await page.get_by_text("More test cards").click()
    await page.get_by_label("Test card that hangs").check()
    await go_on(page)

    await expect(page.locator(".note")).to_contain_text("Nothing was charged.")
    await page.get_by_label("Test card Approved").check()
    await go_on(page)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order")
