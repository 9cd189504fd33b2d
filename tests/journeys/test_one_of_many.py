"""Many want the same at once: nobody gets what is not there, and nobody hears of the others."""

from asyncio import gather
from collections import Counter
from shutil import copytree
from uuid import uuid4

import pytest

from tests.journeys.reconcile import number
from tests.journeys.shopper import Shopper
from tests.processes import ROOT, Process, freestone


async def test_sixty_four_buyers_of_ten_units_place_ten_orders(
    shop: Process, shopper: Shopper
) -> None:
    checkouts = [await shopper.ready("bouquet_roses") for _ in range(64)]
    counted = copytree(ROOT / "demo" / "flower_shop", shop.log.parent / "ten")
    (counted / "inventory.csv").write_text("product_id,quantity\nbouquet_roses,10\n")
    freestone("import", str(counted), **shop.settings)

    replies = await gather(*(shopper.insist(checkout["id"]) for checkout in checkouts))

    outcomes = Counter((reply.status, reply.body.get("status")) for reply in replies)
    assert outcomes == {(200, "completed"): 10, (200, "incomplete"): 54}
    refused = [reply for reply in replies if reply.body["status"] == "incomplete"]
    assert all(reply.codes[0] == "out_of_stock" for reply in refused)


@pytest.mark.ucp("IDM-10", "PAY-12")
async def test_one_checkout_completed_four_times_at_once_is_one_order(shopper: Shopper) -> None:
    checkouts = [await shopper.ready("bouquet_roses") for _ in range(10)]

    replies = await gather(*(shopper.complete(c["id"]) for c in checkouts * 4))

    assert {reply.status for reply in replies} == {200}
    assert len({reply.raw for reply in replies}) == 10
    assert len({reply.body["order"]["id"] for reply in replies}) == 10


@pytest.mark.ucp("IDM-3", "IDM-10", "PAY-12")
async def test_twenty_equal_requests_at_once_have_one_effect_and_one_answer(
    shop: Process, shopper: Shopper
) -> None:
    line = {"item": {"id": "bouquet_roses"}, "quantity": 1}
    key = str(uuid4())
    ask = ("POST", "/checkout-sessions", {"line_items": [line]})

    opened = await gather(*(shopper.ask(*ask, key=key) for _ in range(20)))

    assert {reply.status for reply in opened} == {201}
    assert len({reply.raw for reply in opened}) == 1

    checkout = await shopper.ready("bouquet_roses")
    key = str(uuid4())
    placed = await gather(*(shopper.complete(checkout["id"], key=key) for _ in range(20)))

    assert {reply.status for reply in placed} == {200}
    assert len({reply.raw for reply in placed}) == 1
    assert number(shop.database_of("ordering"), "SELECT count(*) FROM ordering_orders") == 1
    assert number(shop.database_of("ordering"), "SELECT count(*) FROM ordering_checkouts") == 2


@pytest.mark.ucp("IDM-4")
async def test_another_request_under_the_same_key_is_a_conflict(shopper: Shopper) -> None:
    key = str(uuid4())
    first = {"line_items": [{"item": {"id": "bouquet_roses"}, "quantity": 1}]}
    second = {"line_items": [{"item": {"id": "bouquet_roses"}, "quantity": 2}]}
    await shopper.ask("POST", "/checkout-sessions", first, key=key)

    reply = await shopper.ask("POST", "/checkout-sessions", second, key=key)

    assert (reply.status, reply.body["code"]) == (409, "idempotency_conflict")
