"""What a merchant's own systems are told: soon, signed, in order, and never not at all."""

from collections.abc import AsyncIterator, Iterator
from json import loads
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from standardwebhooks.webhooks import WebhookVerificationError

from tests.hired import hired
from tests.journeys.conftest import SECRET
from tests.journeys.merchant import Merchant, Receiver, a_receiver
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    """It does not take a server that died for the one that came after it."""
    async with ClientSession(connector=TCPConnector(force_close=True)) as client:
        yield client


@pytest.fixture
async def merchant(shop: Process, client: ClientSession) -> Merchant:
    return Merchant(client, shop.url, await hired(shop.settings))


async def placed(shopper: Shopper) -> str:
    checkout = await shopper.ready("bouquet_roses")
    order_id: str = (await shopper.complete(checkout["id"])).body["order"]["id"]
    return order_id


async def shipped(shop: Process, client: ClientSession, order_id: str) -> None:
    url = f"{shop.url}/testing/simulate-shipping/{order_id}"
    async with client.post(url, headers={"Simulation-Secret": SECRET}) as answer:
        assert answer.status == 200


async def test_a_merchants_system_is_told_of_what_it_chose_and_can_verify_it(
    shop: Process, shopper: Shopper, merchant: Merchant, receiver: Receiver
) -> None:
    made = await merchant.subscribed(receiver, "order.placed", "order.shipped")
    order_id = await placed(shopper)
    await shipped(shop, shopper.client, order_id)
    await wait_for("both", lambda: len(receiver.told) > 1)

    first, second = (one.verified(made["secret"]) for one in receiver.told)
    assert (first["type"], second["type"]) == ("order.placed", "order.shipped")
    assert (first["data"]["id"], first["data"]["status"]) == (order_id, "open")
    assert second["data"] == await order_as_staff_sees_it(shop, merchant, order_id)
    forged = made["secret"][:-6] + "AAAAA="
    with pytest.raises(WebhookVerificationError):
        receiver.told[0].verified(forged)


async def order_as_staff_sees_it(shop: Process, merchant: Merchant, name: str) -> dict[str, Any]:
    """But for what staff noted."""
    url, key = f"{shop.url}/v1/orders/{name}", {"x-api-key": merchant.key}
    async with merchant.client.get(url, headers=key) as answer:
        told: dict[str, Any] = await answer.json()
    del told["note"], told["trouble"]
    return told


@pytest.mark.thorough
async def test_a_server_that_dies_while_it_tells_tells_it_again_under_the_same_id(
    shop: Process, shopper: Shopper, merchant: Merchant, receiver: Receiver
) -> None:
    made = await merchant.subscribed(receiver, "order.placed", "order.shipped")
    receiver.answers.clear()
    order_id = await placed(shopper)
    await wait_for("a webhook", lambda: receiver.told)

    shop.kill()
    receiver.answers.set()
    shop.start()
    await shipped(shop, shopper.client, order_id)
    await wait_for("the next", lambda: len(receiver.told) > 2)

    first, again, after = receiver.told
    assert (first.name, first.body) == (again.name, again.body)
    told = [one.verified(made["secret"])["type"] for one in (first, again, after)]
    assert told == ["order.placed", "order.placed", "order.shipped"]


@pytest.mark.thorough
async def test_a_server_that_dies_before_it_tells_tells_it_once_it_is_back(
    shop: Process, shopper: Shopper, merchant: Merchant, receiver: Receiver
) -> None:
    """Whatever of its work was done by then: the outbox, the inbox and the delivery outlive it."""
    await merchant.subscribed(receiver)
    names = []
    for _ in range(4):
        names.append(await placed(shopper))
        shop.kill()
        shop.start()

    def told() -> dict[str, set[str]]:
        ids: dict[str, set[str]] = {}
        for one in receiver.told:
            ids.setdefault(loads(one.body)["data"]["id"], set()).add(one.name)
        return ids

    await wait_for("all of them", lambda: set(told()) == set(names))
    assert [len(told()[name]) for name in names] == [1] * 4


@pytest.mark.thorough
async def test_one_that_hangs_holds_up_no_other(
    shopper: Shopper, merchant: Merchant, receiver: Receiver
) -> None:
    with a_receiver() as stuck:
        stuck.answers.clear()
        await merchant.subscribed(stuck)
        await merchant.subscribed(receiver)
        for _ in range(6):
            await placed(shopper)

        await wait_for("the other", lambda: len(receiver.told) == 6)

        assert len(stuck.told) == 4
