"""Payments over the merchant API: how its words are put into the contract's, and back."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from fastapi import FastAPI

from app.edge.access import include
from app.edge.deeds import Deeds
from app.edge.desk import Desk as Counter
from app.edge.gate import Gate
from app.edge.problem_kinds import NAMESPACE
from app.payments import api
from app.settings import Settings
from domain.contracts.payments import Authorise
from domain.shared.ids import public
from tests.edge.identities import FakeIdentity
from tests.payments.builders import Desk, an_attempt, to_authorise
from tests.servers import served_here

KEY = "fsk_of-the-staff-of-this-shop"


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[ClientSession]:
    app, identity = FastAPI(), FakeIdentity()
    identity.employ(KEY)
    counter = Counter(Gate.of(identity.contract, Settings()), Deeds(identity.contract))
    include(app, api.router(desk.service(), counter))
    async with served_here(app) as url, ClientSession(url, headers={"x-api-key": KEY}) as client:
        yield client


async def authorised(desk: Desk, minor_units: int = 1000) -> Authorise:
    message = to_authorise(minor_units)
    await desk.service().authorise(message)
    return message


def at(message: Authorise) -> str:
    return f"/v1/payments/{public('pay', message.attempt_id)}"


async def got(client: ClientSession, path: str) -> tuple[int, Any]:
    async with client.get(path) as reply:
        return reply.status, await reply.json()


async def posted(
    client: ClientSession, path: str, units: int | None = None, key: str = "k1"
) -> tuple[int, Any]:
    body = None if units is None else {"amount": {"amount": units, "currency": "USD"}}
    headers = {"idempotency-key": key} if key else {}
    async with client.post(path, json=body, headers=headers) as reply:
        return reply.status, await reply.json()


def kind(name: str) -> str:
    return NAMESPACE + name


async def test_a_payment_is_shown_as_it_stands(desk: Desk, client: ClientSession) -> None:
    message = await authorised(desk)

    status, body = await got(client, at(message))

    assert status == 200
    assert body == {
        "id": public("pay", message.attempt_id),
        "order_id": public("ord", message.order_id),
        "state": "authorised",
        "amount": {"amount": 1000, "currency": "USD"},
        "captured": {"amount": 0, "currency": "USD"},
        "refunded": {"amount": 0, "currency": "USD"},
        "reason": None,
        "operations": [],
    }


async def test_what_is_not_there_is_not_found(desk: Desk, client: ClientSession) -> None:
    await authorised(desk)

    for path in (f"/v1/payments/{public('pay', an_attempt())}",):
        status, problem = await got(client, path)
        assert (status, problem["type"]) == (404, kind("payments:unknown-payment"))
        status, problem = await posted(client, f"{path}/void")
        assert (status, problem["type"]) == (404, kind("payments:unknown-payment"))
    status, _ = await got(client, "/v1/payments/pay_1")
    assert status == 422


async def test_the_list_goes_on_where_the_page_ended(desk: Desk, client: ClientSession) -> None:
    made = {public("pay", (await authorised(desk)).attempt_id) for _ in range(5)}

    seen: list[str] = []
    after = ""
    while True:
        status, page = await got(client, f"/v1/payments?limit=2{after}")
        assert status == 200
        seen += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"

    assert seen == sorted(made, reverse=True)
    status, problem = await got(client, "/v1/payments?after=elsewhere")
    assert (status, problem["type"]) == (422, kind("payments:unfit-cursor"))


async def test_the_list_can_be_narrowed(desk: Desk, client: ClientSession) -> None:
    one, other = await authorised(desk), await authorised(desk)
    await posted(client, f"{at(other)}/void")

    _, voided = await got(client, "/v1/payments?state=voided")
    _, of_order = await got(client, f"/v1/payments?order_id={public('ord', one.order_id)}")

    assert [item["id"] for item in voided["items"]] == [public("pay", other.attempt_id)]
    assert [item["id"] for item in of_order["items"]] == [public("pay", one.attempt_id)]
    assert (await got(client, "/v1/payments?state=lost"))[0] == 422


async def test_money_is_captured_once_a_key(desk: Desk, client: ClientSession) -> None:
    message = await authorised(desk)

    said = [await posted(client, f"{at(message)}/captures", 600) for _ in range(2)]

    assert [status for status, _ in said] == [200, 200]
    assert said[1][1]["captured"] == {"amount": 600, "currency": "USD"}
    entry = desk.entry(message.attempt_id)
    assert entry
    assert entry.captured == 600


async def test_a_capture_that_was_refused_is_shown_with_its_reason(
    desk: Desk, client: ClientSession
) -> None:
    message = await authorised(desk)
    desk.ledger.void(str(message.attempt_id))  # as a merchant may, at the provider's desk
    await posted(client, f"{at(message)}/captures", 600)

    _, body = await got(client, at(message))

    assert body["operations"] == [
        {
            "kind": "capture",
            "key": "staff:k1",
            "amount": {"amount": 600, "currency": "USD"},
            "state": "failed",
            "reason": "there is not so much to capture",
        }
    ]


@pytest.mark.parametrize(
    ("units", "key", "status", "name"),
    [
        (500, "k1", 409, "payments:key-reused"),
        (401, "k2", 409, "payments:more-than-authorised"),
        (0, "k3", 422, "payments:unfit-amount"),
        (100, "", 400, "idempotency-key-missing"),
        (10**16, "k4", 422, "invalid-request"),
    ],
)
async def test_a_capture_that_cannot_be_is_refused(
    desk: Desk, client: ClientSession, units: int, key: str, status: int, name: str
) -> None:
    message = await authorised(desk)
    await posted(client, f"{at(message)}/captures", 600)

    said, problem = await posted(client, f"{at(message)}/captures", units, key)

    assert (said, problem["type"]) == (status, kind(name))


async def test_what_is_set_aside_can_be_let_go_of(desk: Desk, client: ClientSession) -> None:
    message = await authorised(desk)

    for key in ("k1", "k1", "k2"):
        status, body = await posted(client, f"{at(message)}/void", key=key)
        assert (status, body["state"]) == (200, "voided")

    status, problem = await posted(client, f"{at(message)}/captures", 100)
    assert (status, problem["type"]) == (409, kind("payments:already-voided"))


async def test_what_was_taken_cannot_be_voided(desk: Desk, client: ClientSession) -> None:
    message = await authorised(desk)
    await posted(client, f"{at(message)}/captures", 600)

    status, problem = await posted(client, f"{at(message)}/void")

    assert (status, problem["type"]) == (409, kind("payments:already-captured"))
