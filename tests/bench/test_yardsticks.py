"""The yardsticks: they do what they are measured by, and nobody makes them shorter."""

import json
from asyncio import gather
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from bench.figures import YARDSTICKS
from bench.load import complete
from bench.yardstick import FOLDER, KEY, Yardstick, yardstick

from tests.journeys.shopper import PROFILE, paying
from tests.private_servers import require_installed
from tests.services import postgresql

FROZEN = FOLDER / "frozen.json"


@pytest.fixture(scope="module", params=YARDSTICKS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Yardstick]:
    require_installed(postgresql)
    with yardstick(request.param, tmp_path_factory.mktemp("yardstick") / "log") as one:
        yield one


@pytest.fixture
async def one(served: Yardstick, client: ClientSession) -> "OneCheckout":
    return OneCheckout(served, client, served.checkouts(1)[0])


class OneCheckout:
    def __init__(self, yardstick: Yardstick, client: ClientSession, checkout_id: str) -> None:
        self.yardstick, self._client = yardstick, client
        self._url = f"{yardstick.url}/checkout-sessions/{checkout_id}/complete"

    async def complete(self, token: str = "success_token", **more: str) -> tuple[int, bytes]:
        headers = {"UCP-Agent": PROFILE, "X-API-Key": KEY, "Idempotency-Key": str(uuid4())}
        told = {**headers, **{name.replace("_", "-"): value for name, value in more.items()}}
        async with self._client.post(self._url, json=paying(token), headers=told) as answered:
            return answered.status, await answered.read()


async def test_what_it_answered_is_there(served: Yardstick) -> None:
    ids = served.checkouts(20)

    taken = await complete(served.url, KEY, ids, clients=4, seconds=30)

    served.answered += taken.orders
    assert taken.orders == 20
    assert served.mistakes() == []


async def test_the_same_request_at_once_and_again_places_one_order(one: OneCheckout) -> None:
    said = await gather(*(one.complete(Idempotency_Key="the same") for _ in range(5)))
    again = await one.complete(Idempotency_Key="the same")

    one.yardstick.answered += 1
    assert again[0] == 200
    assert {status for status, _ in said} <= {200, 409}
    assert {body for status, body in said if status == 200} == {again[1]}
    assert one.yardstick.mistakes() == []


async def test_what_is_declined_leaves_nothing_held_and_may_be_tried_again(
    one: OneCheckout,
) -> None:
    declined, _ = await one.complete("fail_token")
    paid, _ = await one.complete()

    one.yardstick.answered += 1
    assert (declined, paid) == (402, 200)
    held = "SELECT sum(held) FROM items"
    assert one.yardstick.database.ask(held) == [(one.yardstick.answered,)]


@pytest.mark.parametrize(
    ("header", "status"), [({"X_API_Key": "no such"}, 401), ({"UCP_Agent": "nobody"}, 400)]
)
async def test_strangers_are_turned_away(
    one: OneCheckout, header: dict[str, str], status: int
) -> None:
    assert (await one.complete(**header))[0] == status


def test_the_yardsticks_are_what_they_were() -> None:
    files = sorted(file for file in FOLDER.iterdir() if file.suffix in (".py", ".sql"))

    found = {file.name: sha256(file.read_bytes()).hexdigest() for file in files}

    assert found == json.loads(FROZEN.read_text()), (
        "the yardsticks are frozen, so that ratios of years can be compared: "
        f"see {Path(FOLDER.name) / 'README.md'}"
    )
