"""What a shop promises those who run it and those who buy there."""

from asyncio import create_task, gather
from pathlib import Path
from shutil import copytree
from socket import create_connection
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from tests.conftest import a_shop
from tests.engines import only
from tests.journeys.conftest import SECRET
from tests.journeys.reconcile import Books, mistakes, number
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process, freestone, running


async def test_an_order_outlives_its_server(shop: Process, shopper: Shopper) -> None:
    checkout = await shopper.ready("bouquet_roses")
    placed = await shopper.complete(checkout["id"])
    before = await shopper.order(placed.body["order"]["id"])

    shop.kill()
    shop.start()

    after = await shopper.order(placed.body["order"]["id"])
    assert after.body["line_items"] == before.body["line_items"]
    assert after.body["checkout_id"] == checkout["id"]


@pytest.mark.ucp("RST-1", "RST-3", "RST-4", "RST-13", "DSC-4", "DSC-8", "TOT-5", "TOT-7", "FUL-11")
async def test_an_order_of_roses_is_priced_discounted_and_shipped(
    shop: Process, shopper: Shopper
) -> None:
    checkout = await shopper.ready(
        "bouquet_roses", "pot_ceramic", units=2, discounts={"codes": ["10off", "WELCOME20", "NO"]}
    )

    assert [(t["type"], t["amount"]) for t in checkout["totals"]] == [
        ("subtotal", 10000),
        ("items_discount", -2800),
        ("fulfillment", 0),
        ("total", 7200),
    ]
    assert "Free" in checkout["totals"][2]["display_text"]
    assert [m["code"] for m in checkout["messages"]] == ["discount_code_invalid"]

    placed = await shopper.complete(checkout["id"])
    order = placed.body["order"]["id"]
    async with shopper.client.post(
        f"{shop.url}/testing/simulate-shipping/{order}", headers={"Simulation-Secret": SECRET}
    ) as answer:
        assert answer.status == 200

    shipped = await shopper.order(order)
    assert [event["type"] for event in shipped.body["fulfillment"]["events"]] == ["shipped"]
    assert {line["status"] for line in shipped.body["line_items"]} == {"fulfilled"}
    left = "SELECT units_on_hand FROM inventory_items WHERE sku = 'bouquet_roses'"
    await wait_for(
        "the shelf to be emptier", lambda: number(shop.database_of("inventory"), left) == 998
    )


async def test_a_server_that_is_told_to_stop_drops_no_request(
    shop: Process, shopper: Shopper
) -> None:
    checkouts = [(await shopper.ready("bouquet_roses"))["id"] for _ in range(16)]
    keys = {checkout: str(uuid4()) for checkout in checkouts}
    buying = [create_task(shopper.complete(c, key=keys[c])) for c in checkouts]
    await wait_for("the first order", lambda: any(task.done() for task in buying))

    shop.ask_to_stop()
    answers = await gather(*buying, return_exceptions=True)

    assert shop.wait() == 0
    placed = [a for a in answers if not isinstance(a, BaseException)]
    assert all(reply.status == 200 for reply in placed)
    orders = number(shop.database_of("ordering"), "SELECT count(*) FROM ordering_orders")
    assert orders == len(placed) == len(checkouts)
    shop.start()
    books = Books.of(shop.settings)
    await wait_for("the books to agree", lambda: mistakes(books, orders=orders) == [])


async def test_a_client_that_leaves_does_not_end_the_attempt(
    shop: Process, shopper: Shopper
) -> None:
    checkout = await shopper.ready("bouquet_roses")
    key = str(uuid4())
    asked = create_task(shopper.complete(checkout["id"], "late_token:1", key=key))
    running_attempts = "SELECT count(*) FROM ordering_attempts WHERE state = 'running'"
    await wait_for(
        "an attempt", lambda: number(shop.database_of("ordering"), running_attempts) == 1
    )

    asked.cancel()

    done = "SELECT count(*) FROM ordering_orders"
    await wait_for("the order", lambda: number(shop.database_of("ordering"), done) == 1)
    again = await shopper.complete(checkout["id"], "late_token:1", key=key)
    assert (again.status, again.body["status"]) == (200, "completed")


async def test_in_strict_mode_a_platform_is_known_by_its_key(
    stocked: Path, tmp_path: Path, client: ClientSession
) -> None:
    settings = a_shop(copytree(stocked, tmp_path, dirs_exist_ok=True))
    said = freestone("platforms", "add", "agent", **settings)
    other = freestone("platforms", "add", "other", **settings)

    with running(tmp_path / "log", **settings) as shop:
        url = f"{shop.url}/ucp/v1"
        stranger, agent = Shopper(client, url), Shopper(client, url, key=key_in(said))
        refused = await stranger.create("bouquet_roses")
        checkout = await agent.ready("bouquet_roses")
        placed = await agent.complete(checkout["id"])
        foreign = Shopper(client, url, key=key_in(other))
        unseen = await foreign.checkout(checkout["id"])
        unauthorised = await foreign.order(placed.body["order"]["id"])

    assert (refused.status, refused.body["code"]) == (401, "unauthorized")
    assert placed.body["status"] == "completed"
    assert (unseen.status, unseen.codes) == (200, ["not_found"])
    assert (unauthorised.status, unauthorised.codes) == (200, ["unauthorized"])
    assert key_in(said) not in shop.said()


def key_in(said: str) -> str:
    """The key that `platforms add` printed, once."""
    return max(said.split(), key=len)


@only("sqlite")
async def test_a_second_server_of_one_file_is_refused(shop: Process, tmp_path: Path) -> None:
    second = Process({**shop.settings}, tmp_path / "second")

    with pytest.raises(AssertionError, match="served by another process"):
        second.start()

    assert second.wait() == 2
    assert "Traceback" not in second.said()


@only("sqlite")
async def test_a_taken_port_is_named(shop: Process, tmp_path: Path) -> None:
    settings = {**shop.settings, "database_url": f"sqlite:///{tmp_path}/other.db"}
    freestone("migrate", **settings)
    second = Process(settings, tmp_path / "second", port=shop.port)

    second.start()  # finds the first one answering there

    assert second.wait() == 2
    assert f"FREESTONE_PORT: 127.0.0.1:{shop.port}" in second.said()
    assert "Traceback" not in second.said()


@only("sqlite")
def test_headers_without_end_are_not_taken(shop: Process) -> None:
    with create_connection(("127.0.0.1", shop.port), timeout=60) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: shop\r\nX: " + b"x" * 40_000)

        assert line.recv(100).startswith(b"HTTP/1.1 400 ")
    assert shop.is_ready()


async def test_a_host_that_does_not_exist_is_named(stocked: Path, tmp_path: Path) -> None:
    settings = a_shop(copytree(stocked, tmp_path, dirs_exist_ok=True))
    server = Process({**settings, "host": "no-such-host.invalid"}, tmp_path / "log")

    with pytest.raises(AssertionError, match="FREESTONE_HOST: no-such-host"):
        server.start()

    assert server.wait() == 2
    assert "Traceback" not in server.said()
