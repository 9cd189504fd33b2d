"""What a buyer makes of what it is told: nothing unexpected passes for an attempt that was undone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.shared.ids import public, uuid7
from tests.faults.storm.buyers import Buyers
from tests.faults.storm.waiting import until
from tests.journeys.shopper import Shopper
from tests.servers import served_here

Told = tuple[int, dict[str, Any], dict[str, str]]
ORDER = uuid7(datetime(2026, 4, 8, tzinfo=UTC))
NAME = public("ord", ORDER)
OPENED: Told = (201, {"id": "chk_1", "status": "ready_for_complete"}, {})
BOUGHT: Told = (200, {"id": "chk_1", "status": "completed", "order": {"id": NAME}}, {})
SENT: Told = (200, {"id": NAME}, {})
FAILED = {"status": "ready_for_complete", "messages": [{"code": "payment_failed"}]}
LATER: Told = (503, {"code": "service_unavailable"}, {"Retry-After": "1"})
NOT_YET: Told = (409, {"code": "invalid_state"}, {})
LOST: Told = (404, {"code": "not_found"}, {})


@asynccontextmanager
async def a_buyer(
    client: ClientSession, opened: Told = OPENED, closed: Told = BOUGHT, sent: tuple[Told, ...] = ()
) -> AsyncIterator[Buyers]:
    """At a shop that says this. It says of the order that it was sent once it has said all else."""
    left = list(sent)

    def says(what: Callable[[], Told]) -> Callable[[Request], JSONResponse]:
        def answer(_request: Request) -> JSONResponse:
            status, body, headers = what()
            return JSONResponse(body, status, headers)

        return answer

    routes = {
        "/ucp/v1/checkout-sessions": says(lambda: opened),
        "/ucp/v1/checkout-sessions/chk_1/complete": says(lambda: closed),
        "/testing/simulate-shipping/{name}": says(lambda: left.pop(0) if left else SENT),
    }
    app = Starlette(routes=[Route(at, said, methods=["POST"]) for at, said in routes.items()])
    async with served_here(app) as url:
        buyers = Buyers(Shopper(client, f"{url}/ucp/v1", is_trusting=True))
        buyers.come(1)
        try:
            yield buyers
            assert not buyers.have_left
            await buyers.leave()
            assert buyers.have_left
        finally:
            await buyers.give_up()


async def test_an_order_is_bought_and_sent(client: ClientSession) -> None:
    async with a_buyer(client, sent=(LATER, NOT_YET)) as buyers:
        await until("an order that is sent", lambda: buyers.sent)

    assert (buyers.sent, set(buyers.bought)) == ({ORDER}, {ORDER})
    assert (buyers.busy, buyers.refused, buyers.worse) == (1, 0, [])


async def test_a_failed_payment_is_an_attempt_undone(client: ClientSession) -> None:
    async with a_buyer(client, closed=(402, FAILED, {})) as buyers:
        await until("an answer", lambda: buyers.refused)

    assert (buyers.worse, buyers.bought) == ([], {})


@pytest.mark.parametrize(
    "told",
    [
        {"opened": LOST},
        {"opened": (200, {"messages": [{"code": "not_found"}]}, {})},
        {"closed": LOST},
        {"closed": (200, {"messages": [{"code": "not_found"}]}, {})},
        {"closed": (200, FAILED, {})},
        {"closed": (402, {"status": "ready_for_complete", "messages": []}, {})},
        {"closed": (409, {"code": "invalid_state"}, {})},
        {"sent": (LOST,)},
        {"sent": ((200, {"messages": [{"code": "not_found"}]}, {}),)},
        {"sent": ((503, {"code": "service_unavailable"}, {}),)},
    ],
)
async def test_whatever_else_it_is_told_is_worse(
    client: ClientSession, told: dict[str, Any]
) -> None:
    async with a_buyer(client, **told) as buyers:
        await until("an answer", lambda: buyers.worse)

    assert (buyers.refused, buyers.busy) == (0, 0)
