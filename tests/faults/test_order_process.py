"""The order process, ended and stopped at every place that matters. Nothing is lost or doubled.

After each, the books are held against one another: one order has one payment, the provider's
ledger says the same, and no stock or money is held for an order that does not exist.
"""

from asyncio import create_task, gather, sleep, timeout
from random import Random
from uuid import uuid4

import pytest
from aiohttp import ClientError, ClientSession

from tests.engines import seldom
from tests.faults.shop import Shop
from tests.journeys.reconcile import mistakes, under_way
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process

PLACES = [
    "ordering:2:before",  # 1 intent
    "ordering:2:after",
    "inventory:1:before",  # 2 hold
    "inventory:1:after",
    "payments:1:before",  # 3 attempt
    "payments:1:after",
    "provider:before",
    "provider:after",
    "payments:2:before",  # 4 result
    "payments:2:after",
    "ordering:3:before",  # 5 order
    "ordering:3:after",
]
STOPS = [  # where no transaction is open, which would lock all others out, and something is left to do
    "ordering:2:after",
    "inventory:1:after",
    "payments:1:after",
    "provider:before",
    "provider:after",
    "payments:2:after",
]


ORDERS = 40


def at(server: Process, client: ClientSession) -> Shopper:
    return Shopper(client, f"{server.url}/ucp/v1")


@pytest.mark.parametrize("place", seldom(PLACES, but=("provider:after", "ordering:3:before")))
async def test_a_kill_anywhere_loses_nothing(shop: Shop, client: ClientSession, place: str) -> None:
    doomed = shop.served_with("kill", place)
    checkout = await at(doomed, client).ready("bouquet_roses", "pot_ceramic", units=2)
    key = str(uuid4())
    shop.armed.touch()

    with pytest.raises(ClientError):
        await at(doomed, client).complete(checkout["id"], key=key)
    assert doomed.wait() == -9
    shop.armed.unlink()

    server = shop.served()
    await wait_for("recovery", lambda: not under_way(shop.books))
    assert mistakes(shop.books) == []

    reply = await at(server, client).insist(checkout["id"], key=key)
    assert (reply.status, reply.body["status"]) == (200, "completed")
    again = await at(server, client).complete(checkout["id"], key=key)
    assert again.raw == reply.raw
    order = await at(server, client).order(reply.body["order"]["id"])
    assert order.body["checkout_id"] == checkout["id"]
    await wait_for("the books to agree", lambda: mistakes(shop.books, orders=1) == [])


@pytest.mark.thorough
@pytest.mark.parametrize("place", seldom(STOPS, but=("provider:after",)))
async def test_an_owner_that_sleeps_through_its_lease_changes_nothing_any_more(
    shop: Shop, client: ClientSession, place: str
) -> None:
    sleeper = shop.served_with("stop", place)
    checkout = await at(sleeper, client).ready("bouquet_roses")
    key = str(uuid4())
    shop.armed.touch()
    asked = create_task(at(sleeper, client).complete(checkout["id"], key=key))
    await wait_for("an attempt", lambda: under_way(shop.books) == 1)

    shop.recover()
    shop.armed.unlink()
    assert mistakes(shop.books) == []
    sleeper.resume()

    first = await asked
    assert first.status in (200, 503)
    reply = await at(sleeper, client).insist(checkout["id"], key=key)
    assert (reply.status, reply.body["status"]) == (200, "completed")
    await wait_for("the books to agree", lambda: mistakes(shop.books, orders=1) == [])


TOKENS = {
    "success_token": True,
    "fail_token": False,
    "hang_token": False,
    "late_token:1.8": True,
    "lost_token": True,
}


async def test_whatever_the_provider_does_the_books_agree(
    shop: Shop, client: ClientSession
) -> None:
    server = shop.served()
    shopper = at(server, client)
    checkouts = {token: (await shopper.ready("bouquet_roses"))["id"] for token in TOKENS}

    replies = await gather(*(shopper.insist(checkouts[token], token) for token in TOKENS))

    for reply, is_placed in zip(replies, TOKENS.values(), strict=True):
        expected = (200, "completed") if is_placed else (402, "ready_for_complete")
        assert (reply.status, reply.body["status"]) == expected
    orders = sum(TOKENS.values())
    await wait_for("the books to agree", lambda: mistakes(shop.books, orders=orders) == [])

    for token in ("fail_token", "hang_token"):
        retried = await shopper.complete(checkouts[token])
        assert retried.body["status"] == "completed"
    await wait_for("the books to agree", lambda: mistakes(shop.books, orders=len(TOKENS)) == [])


@pytest.mark.thorough
async def test_a_server_killed_at_random_under_load_loses_no_order(
    shop: Shop, client: ClientSession
) -> None:
    random, server, kills = Random(20260408), shop.served(), 3  # noqa: S311  # a seed, no secret
    wanted = [(await at(server, client).ready("bouquet_roses"))["id"] for _ in range(ORDERS)]
    answered: dict[str, str] = {}

    async def buy(checkout_id: str, key: str) -> None:
        while checkout_id not in answered:
            try:
                reply = await at(server, client).complete(checkout_id, key=key)
            except ClientError:
                return
            if reply.status == 200 and reply.body["status"] == "completed":
                answered[checkout_id] = reply.body["order"]["id"]

    keys = {checkout_id: str(uuid4()) for checkout_id in wanted}
    for is_last in [False] * kills + [True]:
        buying = [create_task(buy(c, keys[c])) for c in wanted if c not in answered]
        more = len(wanted) if is_last else random.randint(1, 5)
        enough = min(len(answered) + more, len(wanted))
        async with timeout(60):
            while len(answered) < enough:  # noqa: ASYNC110  # answers have no event of their own
                await sleep(0.001)
        if not is_last:
            server.kill()
        await gather(*buying)
        server = server if is_last else shop.served()

    assert answered.keys() == set(wanted)
    for checkout_id, order_id in answered.items():
        order = await at(server, client).order(order_id)
        assert order.body["checkout_id"] == checkout_id
    await wait_for("the books to agree", lambda: mistakes(shop.books, orders=ORDERS) == [])
