"""The pages as strangers and programs meet them: headers, forms, bounds, what is not there."""

from asyncio import gather
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession
from sqlalchemy import update

from app.pages.form import of_platform as choice
from domain.contracts.ordering import CancelOrder, Ordering
from domain.shared.values import OrderId
from infrastructure.ordering.tables import checkouts
from infrastructure.shared.calls.http_line import over_http
from infrastructure.shared.calls.wire import far
from tests.conftest import SEAL
from tests.engines import asked
from tests.journeys.reconcile import number
from tests.journeys.shopper import HOME, Shopper, delivery
from tests.journeys.waiting import wait_for
from tests.pages.shop import EVIL, Form
from tests.processes import Process

OURS = {"Sec-Fetch-Site": "same-origin"}
KEY = "k" * 32
AT_HOME = {
    "first_name": "Ada",
    "email": "ada@example.com",
    "street_address": "1 Main St",
    "address_locality": "Springfield",
    "address_country": "US",
}


async def page(client: ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def form(client: ClientSession, url: str, **changes: str) -> dict[str, str]:
    _, html = await page(client, url)
    return {**Form(html).fields, **changes}


async def of_carts(shopper: Shopper, path: str, body: Any) -> dict[str, Any]:
    told = replace(shopper, is_trusting=True)
    return (await told.ask("POST", path, body)).body


async def send(
    client: ClientSession, url: str, fields: Any, headers: dict[str, str] = OURS
) -> tuple[int, str, str]:
    """The status, where it leads to, and the page."""
    async with client.post(url, data=fields, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("location", ""), await answer.text()


async def opened(shopper: Shopper, *skus: str, **more: Any) -> str:
    created = await shopper.create(*skus, **more)
    assert created.status == 201, created.body
    return str(created.body["continue_url"])


async def test_every_page_says_that_it_is_nobody_elses_business(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    placed = await shopper.complete((await shopper.ready())["id"])
    order = placed.body["order"]["permalink_url"]
    paths: Iterable[str] = (await opened(shopper), order, f"{shop.url}/", f"{shop.url}/order/x")

    for url in paths:
        async with client.get(url) as answer:
            headers = answer.headers
            assert headers["content-type"] == "text/html; charset=utf-8"

        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; img-src https: data:; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )


@pytest.mark.ucp("CAR-5", "SEC-3")
async def test_a_shared_cart_leads_to_a_checkout_that_knows_nothing_of_its_buyer(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    lines = [{"item": {"id": "bouquet_roses"}, "quantity": 2}]
    buyer = {"first_name": "Jane", "email": "jane.doe@example.com"}
    cart = await of_carts(shopper, "/carts", {"line_items": lines, "buyer": buyer})
    hers = await shopper.ask(
        "POST", "/checkout-sessions", {"line_items": [], "cart_id": cart["id"]}
    )
    link = str(cart["continue_url"])

    status, leads_to, _ = await send(client, f"{link}/checkout", await form(client, link))

    shown, html = await page(client, f"{shop.url}{leads_to}")
    assert (status, shown) == (303, 200)
    assert hers.body["buyer"] == buyer
    assert hers.body["id"] not in leads_to
    assert "Bouquet of Red Roses" in html
    assert "jane" not in html.lower()


@pytest.mark.ucp("CHK-6")
async def test_a_link_that_says_what_to_buy_leads_to_a_checkout_of_it(
    shop: Process, client: ClientSession
) -> None:
    """Looking at it keeps nothing, and a form that is sent again begins nothing again."""
    link = f"{shop.url}/buy?item=bouquet_roses:2&item=pot_ceramic&item=no-such&code=10off&utm=x"
    kept = "SELECT count(*) FROM ordering_checkouts"
    before = number(shop.database, kept)
    status, html = await page(client, link)
    looked_at = number(shop.database, kept)
    fields, action = Form(html).fields, Form(html).action

    sent = [await send(client, f"{shop.url}{action}", fields) for _ in range(2)]

    assert (status, looked_at) == (200, before)
    assert all(text in html for text in ("$35.00", "$70.00", "Ceramic Pot", "$85.00"))
    assert "and so left out: no-such<" in html
    assert sent[0][:2] == sent[1][:2]
    assert sent[0][0] == 303
    _, checkout = await page(client, f"{shop.url}{sent[0][1]}")
    assert all(text in checkout for text in ("Bouquet of Red Roses", "Ceramic Pot", "10off"))


@pytest.mark.ucp("CHK-6")
async def test_who_cannot_buy_what_a_link_says_is_told_why(
    shop: Process, client: ClientSession
) -> None:
    """It may have been sold when the page was shown."""
    status, _, html = await send(client, f"{shop.url}/buy?item=no-such", {"key": KEY})

    assert (status, "<form" in html) == (200, False)
    assert "<p>Item no-such was not found, and is left out.</p>" in html


@pytest.mark.ucp("CHK-6", "CHK-9")
async def test_who_bought_by_a_link_is_written_to_with_the_whole_address_of_the_order(
    shop: Process, client: ClientSession
) -> None:
    buyer = AT_HOME | {"last_name": "Doe", "postal_code": "62704", "email": "link@example.com"}
    shown = Form((await page(client, f"{shop.url}/buy?item=bouquet_roses"))[1])
    _, checkout, _ = await send(client, f"{shop.url}{shown.action}", shown.fields)
    url, leads_to = f"{shop.url}{checkout}", ""

    for do in ("continue", "continue", "pay"):
        fields = await form(client, url, do=do, way="success_token", **buyer)
        _, leads_to, _ = await send(client, url, fields)

    def letters() -> list[str]:
        found = (one.read_text() for one in (shop.log.parent / "mail").glob("*.eml"))
        return [text for text in found if "To: link@example.com" in text]

    await wait_for("a letter", letters)
    assert leads_to.startswith("/order/ord_")
    assert f"\n{shop.url}{leads_to.partition('?')[0]}\n" in letters()[0]


@pytest.mark.ucp("CHK-6")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("item=no-such-thing", 200),
        ("", 400),
        ("code=10OFF", 400),
        ("item=bouquet_roses:0", 400),
        ("item=bouquet_roses:" + "9" * 5000, 400),
        ("item=" + "x" * 300, 400),
        ("item=%00", 400),
        ("item=%ff", 400),
        ("&".join(["item=bouquet_roses"] * 51), 400),
    ],
)
async def test_a_link_that_says_nothing_that_could_be_bought_says_so_in_a_page(
    shop: Process, client: ClientSession, query: str, status: int
) -> None:
    shown, html = await page(client, f"{shop.url}/buy?{query}")

    assert shown == status
    assert "<form" not in html
    assert "<h1>" in html


async def test_a_head_request_is_answered_as_the_page_without_its_text(
    shopper: Shopper, client: ClientSession
) -> None:
    async with client.head(await opened(shopper)) as answer:
        assert (answer.status, await answer.read()) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        f"/checkout/chk_{'7' * 32}",
        f"/order/ord_{'7' * 32}",
        "/checkout/chk_1",
        "/checkout/ord_0198",
        "/order/%00",
        "/order/a/b",
        "/pages/style.css",
        "/pages/..%2f..%2fsettings.py",
    ],
)
async def test_what_is_not_there_is_told_in_a_page(
    shop: Process, client: ClientSession, path: str
) -> None:
    status, html = await page(client, f"{shop.url}{path}")

    assert status == 404
    assert "<h1>There is no such page</h1>" in html


async def test_the_api_still_answers_in_json(shop: Process, client: ClientSession) -> None:
    async with client.get(f"{shop.url}/nothing") as answer:
        assert (answer.status, answer.content_type) == (404, "application/json")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{shop}"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
async def test_a_form_from_elsewhere_does_nothing(
    shop: Process, shopper: Shopper, client: ClientSession, headers: dict[str, str]
) -> None:
    url = await opened(shopper)
    fields = await form(client, url, do="save", email="mallory@example.com")
    told = {name: value.replace("{shop}", shop.url) for name, value in headers.items()}

    status, _, html = await send(client, url, fields, told)
    cancelled, _, _ = await send(client, f"{url}/cancel", {"key": KEY}, told)

    assert (status, cancelled) == (403, 403)
    assert "mallory" not in html
    assert "mallory" not in (await page(client, url))[1]


async def test_a_browser_that_only_says_its_origin_is_served(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    url = await opened(shopper)
    fields = await form(client, url, do="save", email="ada@example.com")

    status, location, _ = await send(client, url, fields, {"Origin": shop.url})

    assert (status, location) == (303, f"/checkout/{url.rpartition('/')[2]}?told=saved")


async def test_a_title_is_text_and_nothing_else(shopper: Shopper, client: ClientSession) -> None:
    url = await opened(shopper, "evil")

    _, html = await page(client, url)

    assert escape(EVIL).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in html
    assert "<script" not in html
    assert "plain.jpg" not in html


async def test_what_was_typed_is_text_and_nothing_else(
    shopper: Shopper, client: ClientSession
) -> None:
    url = await opened(shopper)
    evil = dict.fromkeys(("first_name", "email", "code", "street_address"), '"><script>')

    status, _, html = await send(client, url, await form(client, url, do="continue", **evil))

    assert status == 422
    assert "<script" not in html
    assert html.count("&#34;&gt;&lt;script&gt;") == 4


@pytest.mark.parametrize(
    ("field", "text", "mistake"),
    [
        ("quantity-line_1", "0", "Enter a whole number"),
        ("quantity-line_1", "-1", "Enter a whole number"),
        ("quantity-line_1", "1.5", "Enter a whole number"),
        ("quantity-line_1", "1000001", "Enter a whole number"),
        ("quantity-line_1", "9" * 200, "Enter a whole number"),
        ("quantity-line_1", "\u0663", "Enter a whole number"),
        ("quantity-line_1", "", "Enter a whole number"),
        ("email", "ada", "Enter an e-mail address such as"),
        ("email", "ada@example", "Enter an e-mail address such as"),
        ("email", f"ada@{'x' * 250}.com", "Use at most 254"),
        ("first_name", "x" * 201, "Use at most 200"),
        ("phone_number", "\x00", "Use letters, digits and signs only"),
        ("code", "x" * 201, "Use at most 200"),
        ("address_country", "ZZ", "Choose a country"),
        ("way", "another_token", "Choose how to pay"),
    ],
)
async def test_what_does_not_fit_is_told_beside_its_field_and_changes_nothing(
    shopper: Shopper, client: ClientSession, field: str, text: str, mistake: str
) -> None:
    url = (await shopper.ready())["continue_url"]
    fields = await form(client, url, do="pay", last_name="unsaved", way="success_token")

    status, _, html = await send(client, url, {**fields, field: text})

    assert status == 422
    assert f'<p class="mistake" id="e-{field}">{mistake}' in html
    assert f'href="#f-{field}"' in html
    assert 'aria-invalid="true"' in html
    assert "unsaved" not in (await page(client, url))[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"key=short&do=save",
        b"do=save",
        b"key=" + b"k" * 32 + b"&key=" + b"k" * 32,
        b"key=" + b"k" * 32 + b"&do=save&email=%ff",
        b"key=" + b"k" * 32 + b"&x=\xff",
        b"&".join(b"f%d=" % n for n in range(500)),
    ],
)
async def test_what_is_no_form_of_ours_is_told_in_a_page(
    shopper: Shopper, client: ClientSession, body: bytes
) -> None:
    url = await opened(shopper)
    headers = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}

    status, _, html = await send(client, url, body, headers)

    assert (status, "<h1>This could not be read</h1>" in html) == (400, True)


async def test_only_forms_are_read(shopper: Shopper, client: ClientSession) -> None:
    url = await opened(shopper)

    status, _, _ = await send(client, url, b"{}", {**OURS, "Content-Type": "application/json"})

    assert status == 400


async def test_a_form_without_end_is_told_in_a_page(
    shopper: Shopper, client: ClientSession
) -> None:
    url = await opened(shopper)

    status, _, html = await send(client, url, {"key": "k" * 300_000})

    assert (status, "<h1>This could not be read</h1>" in html) == (413, True)


async def test_the_same_form_again_is_one_order(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    url = (await shopper.ready())["continue_url"]
    fields = await form(client, url, do="pay", way="success_token")
    orders = "SELECT count(*) FROM ordering_orders"
    before = number(shop.database, orders)

    first = await send(client, url, fields)
    second = await send(client, url, fields)

    assert first[:2] == second[:2]
    assert first[1].startswith("/order/ord_")
    assert number(shop.database, orders) == before + 1


async def test_the_same_form_many_times_at_once_is_one_order(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    url = (await shopper.ready())["continue_url"]
    fields = await form(client, url, do="pay", way="success_token")
    orders = "SELECT count(*) FROM ordering_orders"
    before = number(shop.database, orders)

    answers = await gather(*(send(client, url, fields) for _ in range(8)))

    assert {status for status, _, _ in answers} == {303}
    assert number(shop.database, orders) == before + 1
    async with client.get(url) as answer:
        assert answer.url.path.startswith("/order/ord_")


async def test_a_declined_form_that_is_sent_again_is_not_a_second_try(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    url = (await shopper.ready())["continue_url"]
    fields = await form(client, url, do="pay", way="fail_token")
    attempts = "SELECT count(*) FROM ordering_attempts"
    before = number(shop.database, attempts)

    first = await send(client, url, fields)
    second = await send(client, url, fields)

    assert first[:2] == second[:2] == (303, f"/checkout/{url.rpartition('/')[2]}?told=continue")
    assert number(shop.database, attempts) == before + 1


async def test_a_form_that_was_changed_after_it_was_sent_is_not_believed(
    shopper: Shopper, client: ClientSession
) -> None:
    url = await opened(shopper)
    fields = await form(client, url, do="save", email="first@example.com")
    await send(client, url, fields)

    status, location, _ = await send(client, url, {**fields, "email": "second@example.com"})

    assert (status, location.partition("?")[2]) == (303, "told=sent_before")
    assert "first@example.com" in (await page(client, url))[1]


async def test_nothing_is_paid_that_was_not_shown(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    checkout = await shopper.ready("bouquet_roses")
    url = checkout["continue_url"]
    fields = await form(client, url, do="pay", way="success_token")
    lines = [{"item": {"id": "pot_ceramic"}, "quantity": 1}]
    path = f"/checkout-sessions/{checkout['id']}"
    await shopper.ask("PUT", path, {"line_items": lines})

    status, location, _ = await send(client, url, fields)

    assert (status, location.partition("?")[2]) == (303, "told=changed")
    assert "was changed elsewhere" in (await page(client, f"{shop.url}{location}"))[1]


async def test_nothing_is_sent_to_where_the_page_did_not_show(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    checkout = await shopper.ready("bouquet_roses")
    url = checkout["continue_url"]
    fields = await form(client, url, do="pay", way="success_token")
    moved = delivery()
    moved["methods"][0]["destinations"] = [{**HOME, "street_address": "2 Side St"}]
    await shopper.update(checkout, fulfillment=moved)

    status, location, _ = await send(client, url, fields)
    _, html = await page(client, f"{shop.url}{location}")

    assert (status, location.partition("?")[2]) == (303, "told=changed")
    assert "2 Side St" in html


async def test_a_total_that_has_changed_is_shown_before_it_is_paid(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    url = (await shopper.ready("bouquet_roses"))["continue_url"]
    fields = await form(client, url, do="pay", way="success_token")

    _, location, _ = await send(client, url, {**fields, "quantity-line_1": "2"})
    _, html = await page(client, f"{shop.url}{location}")

    assert "The total has changed" in html
    assert "Order and pay $70.00" in html


@pytest.mark.parametrize("name", ["elsewhere", "typed_by_buyer", "known:home", "a  b", '"&%'])
async def test_a_platform_may_call_its_addresses_anything(
    shopper: Shopper, client: ClientSession, name: str
) -> None:
    places = [HOME, {**HOME, "id": name, "street_address": "2 Side St"}]
    methods = [{"type": "shipping", "destinations": places, "selected_destination_id": "home"}]
    url = await opened(shopper, fulfillment={"methods": methods})
    fields = await form(client, url, do="save")
    home, other = (choice(name) for name in ("home", name))

    await send(client, url, {**fields, "destination": other})

    assert fields["destination"] == home
    assert (await form(client, url))["destination"] == other
    (method,) = (await shopper.checkout(url.rpartition("/")[2])).body["fulfillment"]["methods"]
    assert method["selected_destination_id"] == name
    assert [place["id"] for place in method["destinations"]] == ["home", name]


async def test_a_cancelled_checkout_stays_closed(shopper: Shopper, client: ClientSession) -> None:
    url = await opened(shopper)
    fields = await form(client, url, do="save")

    first = await send(client, f"{url}/cancel", {"key": fields["key"]})
    again = await send(client, f"{url}/cancel", {"key": fields["key"]})
    late = await send(client, url, fields)

    assert {first[0], again[0], late[0]} == {303}
    status, html = await page(client, url)
    assert (status, "<h1>This checkout is closed</h1>" in html) == (200, True)


async def test_a_checkout_that_nobody_finished_in_time_shows_nothing_of_anybody(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    checkout = await shopper.ready()
    name = UUID(checkout["id"].removeprefix("chk_"))
    with asked(shop.database).begin() as connection:
        its = checkouts.c.checkout_id == name
        connection.execute(update(checkouts).where(its).values(expires_at=checkouts.c.created_at))

    _, html = await page(client, checkout["continue_url"])

    assert "<h1>This checkout is closed</h1>" in html
    assert "jane@example.com" not in html


async def test_an_order_names_neither_its_buyer_nor_the_street(
    shopper: Shopper, client: ClientSession
) -> None:
    placed = await shopper.complete((await shopper.ready())["id"])

    _, html = await page(client, placed.body["order"]["permalink_url"])

    assert "j•••@e•••" in html
    assert "Springfield, United States" in html
    for private in ("jane@", "@example", "Main St", "62704"):
        assert private not in html


async def test_a_cancelled_order_says_where_the_money_is(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    order = (await shopper.complete((await shopper.ready())["id"])).body["order"]
    order_id = OrderId(UUID(hex=order["id"].removeprefix("ord_")))
    async with ClientSession(shop.internal_url) as inside:
        ordering = far(Ordering, partial(over_http, inside, SEAL, Ordering))
        await ordering.cancel_order(CancelOrder(order_id=order_id, key="1", reason="Too late"))
    settled = "SELECT count(*) FROM ordering_inbox WHERE name = 'payments.payment_voided.v1'"
    await wait_for("the void", lambda: number(shop.database, settled))

    _, html = await page(client, order["permalink_url"])

    assert '<h2 id="state" class="state">Cancelled</h2>' in html
    assert "Too late" not in html
    assert "Taken back" in html


async def test_known_buyers_addresses_are_not_given_to_who_types_their_email(
    shopper: Shopper, client: ClientSession
) -> None:
    url = await opened(shopper)
    fields = await form(client, url, do="continue", **{**AT_HOME, "email": "john.doe@example.com"})

    await send(client, url, fields)

    _, html = await page(client, url)
    assert "john.doe@example.com" in html
    assert "Metropolis" not in html


async def test_what_a_page_may_be_asked_to_say_is_its_own(
    shopper: Shopper, client: ClientSession
) -> None:
    url = await opened(shopper)

    _, html = await page(client, f"{url}?told=Send+your+card+number+to+mallory")

    assert "mallory" not in html


async def test_the_sheet_is_ours_and_may_be_kept(
    shop: Process, shopper: Shopper, client: ClientSession
) -> None:
    _, html = await page(client, await opened(shopper))
    path = html.partition('rel="stylesheet" href="')[2].partition('"')[0]

    async with client.get(f"{shop.url}{path}") as answer:
        assert (answer.status, answer.content_type) == (200, "text/css")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    async with client.head(f"{shop.url}{path}") as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_links_are_not_kept_in_the_description_of_the_api(
    shop: Process, client: ClientSession
) -> None:
    async with client.get(f"{shop.url}/openapi.json") as answer:
        paths = (await answer.json())["paths"]

    assert not [path for path in paths if path.startswith(("/checkout/", "/order/"))]
