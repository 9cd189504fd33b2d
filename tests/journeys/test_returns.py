"""Goods that came back, and the money for them: over HTTP, with the server killed on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.hired import hired
from tests.journeys.conftest import strangers
from tests.journeys.reconcile import Books, mistakes_of_returns, number, told_by
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process, running


@dataclass
class Staff:
    client: ClientSession
    shop: Process
    api_key: str

    async def ask(self, method: str, path: str, body: Any = None, key: str = "k") -> Any:
        headers = {"x-api-key": self.api_key, "idempotency-key": key}
        url = f"{self.shop.url}/v1{path}"
        async with self.client.request(method, url, json=body, headers=headers) as reply:
            told = await reply.json()
            assert reply.status in (200, 201), told
            return told

    async def shipped(self, order: str, lines: list[dict[str, Any]], key: str) -> Any:
        return await self.ask("POST", f"/orders/{order}/shipments", {"lines": lines}, key)


@pytest.fixture
def shop(kept: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    settings = strangers(tmp_path, **kept)
    with running(tmp_path / "log", **settings) as process:
        yield process


@pytest.fixture
async def staff(shop: Process, client: ClientSession) -> Staff:
    return Staff(client, shop, await hired(shop.settings))


async def test_goods_come_back_in_part_and_their_money_in_two_parts(
    shop: Process, shopper: Shopper, staff: Staff
) -> None:
    books = Books.of(shop.settings)
    checkout = await shopper.ready("bouquet_roses", "pot_ceramic", units=3)
    order = (await shopper.complete(checkout["id"])).body["order"]["id"]
    roses, pots = [
        line["line_id"] for line in (await staff.ask("GET", f"/orders/{order}"))["lines"]
    ]
    await wait_for("the shipment", lambda: number(shop.database_of("fulfillment"), SHIPMENTS) == 1)
    for key, units in (("first", 1), ("second", 2)):
        lines = [{"line_id": line, "units": units} for line in (roses, pots)]
        await staff.shipped(order, lines, key)
    await wait_for("the capture", lambda: told_by(books.provider, CAPTURES) == [(1,)])
    await wait_for("the parcels", lambda: number(shop.database_of("ordering"), SHIPPED) == 1)

    wish = {"lines": [{"line_id": roses, "units": 3}, {"line_id": pots, "units": 1}]}
    opened = await staff.ask("POST", f"/orders/{order}/returns", wish)
    name = f"/returns/{opened['id']}"
    await staff.ask("POST", f"{name}/approve")
    came = {"lines": [{"line_id": roses, "restocked": 1, "written_off": 1}]}
    received = await staff.ask("POST", f"{name}/receive", came)
    part = {"amount": {"amount": 1000, "currency": "USD"}, "reason": "at once"}
    await staff.ask("POST", f"{name}/refund", part, "part")
    await staff.ask("POST", f"{name}/refund", {}, "rest")
    shop.kill()
    shop.start()
    before = await staff.ask("GET", name)
    again = await staff.ask("POST", f"{name}/refund", {}, "rest")
    assert len(again["refunds"]) == len(before["refunds"]) == 2

    refunded = "SELECT count(*) FROM ordering_returns WHERE state = 'refunded'"
    await wait_for("the money", lambda: number(shop.database_of("ordering"), refunded) == 1)
    done = await staff.ask("GET", name)
    assert [refund["status"] for refund in done["refunds"]] == ["completed"] * 2
    assert sum(r["amount"]["amount"] for r in done["refunds"]) == received["due"]["amount"]
    seen = await shopper.order(order)
    assert [(a["type"], a["status"]) for a in seen.body["adjustments"]] == [
        ("return", "completed"),
        ("refund", "completed"),
        ("refund", "completed"),
    ]
    assert seen.body["line_items"][0]["quantity"] == {"original": 3, "total": 1, "fulfilled": 1}
    await wait_for(
        "the shelf", lambda: number(shop.database_of("inventory"), ROSES) == 1000 - 3 + 1
    )
    await wait_for("the books to agree", lambda: mistakes_of_returns(books) == [])


SHIPMENTS = "SELECT count(*) FROM fulfillment_shipments"
ROSES = "SELECT units_on_hand FROM inventory_items WHERE sku = 'bouquet_roses'"
CAPTURES = "SELECT count(*) FROM movements WHERE kind = 'capture'"
SHIPPED = "SELECT count(*) FROM ordering_orders WHERE status = 'shipped'"
