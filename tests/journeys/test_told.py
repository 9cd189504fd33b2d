"""What platforms and buyers are told of their orders: soon, signed, in order, and never not at all."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector

from infrastructure.shared.calls.message_signer import content_digest
from tests.conftest import a_shop
from tests.journeys.conftest import SECRET, strangers
from tests.journeys.platform import Platform, a_platform
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.notifications.test_webhooks import covered, verified
from tests.processes import Process, freestone
from tests.ucp.validation import problems

SOON = 2.0


@pytest.fixture
def platform() -> Iterator[Platform]:
    with a_platform() as platform:
        yield platform


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    """It does not take a server that died for the one that came after it."""
    async with ClientSession(connector=TCPConnector(force_close=True)) as client:
        yield client


@pytest.fixture
def shopper(shop: Process, client: ClientSession, platform: Platform) -> Shopper:
    return Shopper(client, f"{shop.url}/ucp/v1", agent=platform.agent)


async def shipped(shop: Process, client: ClientSession, order_id: str) -> None:
    url = f"{shop.url}/testing/simulate-shipping/{order_id}"
    async with client.post(url, headers={"Simulation-Secret": SECRET}) as answer:
        assert answer.status == 200


async def profile_of(shop: Process, client: ClientSession) -> dict[str, Any]:
    async with client.get(f"{shop.url}/.well-known/ucp") as answer:
        told: dict[str, Any] = await answer.json()
        return told


@pytest.mark.ucp("WHK-1", "WHK-2", "WHK-3", "WHK-4", "WHK-6", "SIG-3", "SIG-20", "CHK-9")
async def test_a_platform_hears_of_an_order_within_two_seconds_of_each_change(
    shop: Process, shopper: Shopper, platform: Platform, tmp_path: Path
) -> None:
    """INTEROP 17."""
    checkout = await shopper.ready("bouquet_roses")
    placed = await shopper.complete(checkout["id"])
    order_id, placed_at = placed.body["order"]["id"], monotonic()
    await wait_for("a webhook of the order", lambda: platform.heard)
    await shipped(shop, shopper.client, order_id)
    shipped_at = monotonic()
    await wait_for("a webhook of the parcel", lambda: len(platform.heard) > 1)

    first, second = platform.heard
    assert platform.occasions(order_id) == ["order_placed", "order_shipped"]
    assert (first.at - placed_at < SOON, second.at - shipped_at < SOON) == (True, True)
    assert [problems(one.body, "get_order") for one in platform.heard] == [[], []]
    assert [len(one.body["fulfillment"]["events"]) for one in platform.heard] == [0, 1]
    assert second.body == (await shopper.order(order_id)).body
    keys = (await profile_of(shop, shopper.client))["signing_keys"]
    for one in platform.heard:
        assert "webhook-id" in verified(keys, f"{platform.url}/hooks/orders", one.headers)
    await wait_for("a mail", lambda: [*(tmp_path / "mail").glob("*.eml")])
    (mail,) = (tmp_path / "mail").glob("*.eml")
    assert "To: jane@example.com" in mail.read_text()
    assert order_id in mail.read_text()


@pytest.mark.ucp("SIG-21", "SIG-22", "ORD-19", "SIG-9")
async def test_an_order_that_is_asked_for_comes_signed(
    shop: Process, shopper: Shopper, platform: Platform
) -> None:
    checkout = await shopper.ready("bouquet_roses")
    placed = await shopper.complete(checkout["id"])
    url = f"{shopper.url}/orders/{placed.body['order']['id']}"
    keys = (await profile_of(shop, shopper.client))["signing_keys"]

    async with shopper.client.get(url, headers={"UCP-Agent": platform.agent}) as answer:
        body, headers = await answer.read(), dict(answer.headers)
    async with shopper.client.get(f"{shop.url}/.well-known/ucp") as profile:
        assert "Signature" not in profile.headers

    message = SimpleNamespace(status_code=200, headers=headers, body=body)
    assert covered(message, keys) == {"@status", "content-digest", "content-type"}
    assert headers["Content-Digest"] == content_digest(body)


@pytest.fixture
def apart(kept: dict[str, str], tmp_path: Path) -> Iterator[tuple[Process, Process]]:
    """The shop without notifications, and notifications, on a database of its own."""
    folder = tmp_path / "apart"
    folder.mkdir()
    common = {**kept, "keys_folder": str(tmp_path / "keys")}
    shop = Process(strangers(tmp_path, **common) | {"contexts": "-notifications"}, tmp_path / "log")
    teller = Process(
        a_shop(folder, keys_folder=str(tmp_path / "keys"))
        | {"contexts": "notifications", "public_url": shop.url, "identity_url": shop.internal_url},
        folder / "log",
    )
    shop.settings["notifications_url"] = teller.internal_url
    freestone("migrate", **teller.environment)
    with ExitStack() as stack:
        for process in (teller, shop):
            stack.callback(process.kill)
            process.start()
        yield shop, teller


@pytest.mark.thorough
async def test_notifications_tell_from_a_process_of_their_own_and_from_where_they_were_back_again(
    apart: tuple[Process, Process], client: ClientSession, platform: Platform
) -> None:
    shop, teller = apart
    shopper = Shopper(client, f"{shop.url}/ucp/v1", agent=platform.agent)
    first = await shopper.complete((await shopper.ready("bouquet_roses"))["id"])
    await wait_for("a webhook", lambda: platform.heard)
    teller.kill()
    second = await shopper.complete((await shopper.ready("bouquet_roses"))["id"])
    assert len(platform.heard) == 1

    teller.start()

    await wait_for("the other", lambda: len(platform.heard) > 1)
    names = [one.body["id"] for one in platform.heard]
    assert names == [first.body["order"]["id"], second.body["order"]["id"]]
    keys = (await profile_of(shop, client))["signing_keys"]
    for one in platform.heard:
        assert verified(keys, f"{platform.url}/hooks/orders", one.headers)
        assert one.headers["ucp-agent"] == f'profile="{shop.url}/.well-known/ucp"'


@pytest.mark.thorough
@pytest.mark.ucp("WHK-7", "WHK-8")
async def test_a_server_that_dies_while_it_tells_tells_it_again_under_the_same_id(
    shop: Process, shopper: Shopper, platform: Platform
) -> None:
    checkout = await shopper.ready("bouquet_roses")
    platform.answers.clear()
    placed = await shopper.complete(checkout["id"])
    order_id = placed.body["order"]["id"]
    await wait_for("a webhook", lambda: platform.heard)

    shop.kill()
    platform.answers.set()
    shop.start()
    await shipped(shop, shopper.client, order_id)
    await wait_for(
        "the webhook again", lambda: platform.occasions(order_id)[-1:] == ["order_shipped"]
    )

    first, again, *_ = platform.heard
    assert platform.occasions(order_id) == ["order_placed", "order_placed", "order_shipped"]
    assert (first.name, first.body) == (again.name, again.body)
    assert first.headers["webhook-timestamp"] == again.headers["webhook-timestamp"]


@pytest.mark.thorough
async def test_a_server_that_dies_before_it_tells_tells_it_once_it_is_back(
    shop: Process, shopper: Shopper, platform: Platform
) -> None:
    """Whatever of its work was done by then: the outbox, the inbox and the delivery outlive it."""
    names = []
    for _ in range(5):
        checkout = await shopper.ready("bouquet_roses")
        placed = await shopper.complete(checkout["id"])
        shop.kill()
        names.append(placed.body["order"]["id"])
        shop.start()

    await wait_for("all of them", lambda: all(map(platform.occasions, names)))
    for name in names:
        ids = {one.name for one in platform.heard if one.body["id"] == name}
        assert len(ids) == 1
