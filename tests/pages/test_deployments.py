"""The pages as a deployment has them: in production, behind a path, in the shop's own colours."""

from pathlib import Path
from shutil import copytree

import pytest
from aiohttp import ClientSession

from app.settings import UnfitSettings, load_settings
from tests.conftest import a_shop
from tests.journeys.conftest import strangers
from tests.journeys.shopper import Shopper
from tests.journeys.test_shop import key_in
from tests.pages.shop import Form
from tests.pages.test_http import form, page, send
from tests.processes import freestone, running


async def test_in_production_the_page_says_that_it_takes_no_payment(
    stocked: Path, tmp_path: Path, client: ClientSession
) -> None:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    settings = a_shop(tmp_path, environment="production", payment_handlers="mock_payment_handler")
    key = key_in(freestone("platforms", "add", "agent", **settings))

    with running(tmp_path / "log", **settings) as shop:
        shopper = Shopper(client, f"{shop.url}/ucp/v1", key=key, is_trusting=True)
        url = (await shopper.ready())["continue_url"]
        _, html = await page(client, url)
        fields = await form(client, url, do="pay", way="success_token")
        status, _, _ = await send(client, url, fields)

    assert "Nothing can be paid on this page." in html
    assert "Order and pay" not in html
    assert "Test card" not in html
    assert status == 422


async def test_what_needs_a_script_is_named_and_not_offered(
    stocked: Path, tmp_path: Path, client: ClientSession
) -> None:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    settings = strangers(tmp_path, payment_handlers="google_pay,shop_pay")

    with running(tmp_path / "log", **settings) as shop:
        shopper = Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True)
        _, html = await page(client, (await shopper.ready())["continue_url"])

    assert "Google Pay and Shop Pay cannot be used on this page" in html
    assert 'name="way"' not in html


async def test_links_keep_the_path_that_the_world_knows(
    stocked: Path, tmp_path: Path, client: ClientSession
) -> None:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    settings = strangers(tmp_path, public_url="https://shop.example/flowers", placement="wire")

    with running(tmp_path / "log", **settings) as shop:
        shopper = Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True)
        told = (await shopper.ready())["continue_url"]
        path = told.removeprefix("https://shop.example/flowers")
        _, html = await page(client, f"{shop.url}{path}")
        fields = Form(html).fields
        changed = await send(client, f"{shop.url}{path}", {**fields, "do": "save"})
        ours = {"Origin": "https://shop.example"}
        paid = {**fields, "do": "pay", "way": "success_token", "key": "k" * 32}
        placed = await send(client, f"{shop.url}{path}", paid, ours)

    assert f'action="/flowers{path}"' in html
    assert 'href="/flowers/pages/' in html
    assert changed[:2] == (303, f"/flowers{path}?told=saved")
    assert placed[1].startswith("/flowers/order/ord_")


async def test_a_shop_may_have_a_name_and_a_sheet_of_its_own(
    stocked: Path, tmp_path: Path, client: ClientSession
) -> None:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    style = tmp_path / "ours.css"
    style.write_text(":root { --accent: #7a1f4b; }")
    settings = strangers(tmp_path, shop_name="<Roses & Co>", pages_style=style)

    with running(tmp_path / "log", **settings) as shop:
        _, html = await page(client, f"{shop.url}/")
        _, ours, theirs = html.split('rel="stylesheet" href="')
        last = theirs.partition('"')[0]
        async with client.get(f"{shop.url}{last}") as answer:
            sheet = await answer.text()

    assert "&lt;Roses &amp; Co&gt;" in html
    assert ours.startswith("/pages/")
    assert sheet == style.read_text()


def test_a_sheet_that_is_not_there_is_told_before_anything_is_served() -> None:
    with pytest.raises(UnfitSettings, match="FREESTONE_PAGES_STYLE: must name a file"):
        load_settings(pages_style="/nowhere/ours.css")
