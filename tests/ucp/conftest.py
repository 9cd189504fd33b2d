"""The shopping API over a shop in memory, strict and in interop mode."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request
from fastapi import Response as AnyResponse
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.exceptions import HTTPException

from app.edge.callers import Callers
from app.edge.gate import Gate
from app.edge.strangers import Strangers
from app.settings import Settings
from app.ucp import rest
from app.ucp.signing import UNSIGNED, Signing
from domain.contracts.fulfillment import Fulfillment
from infrastructure.shared.tasks import Tasks
from tests.edge.identities import FakeIdentity, FakeTokens
from tests.ucp.fake_goods import FakeGoods
from tests.ucp.fakes import FakeFulfillment, FakeOrdering
from tests.ucp.internet import PROFILE, Internet
from tests.ucp.validation import problems

AGENT = f'profile="{PROFILE}"'
OWN_AGENT = 'profile="https://shop.example/platform.json"'
"""Whom the shop itself speaks for, which fetches nothing."""
LOOSE_AGENT = 'profile="..."; version="2026-04-08"'
KEY = "key-of-the-agent"
SECRET = "only-testers-know-this"
ROSES = {"line_items": [{"item": {"id": "rose"}, "quantity": 2}]}
DELIVERED = {
    "methods": [
        {
            "type": "shipping",
            "destinations": [{"street_address": "Kai 1", "address_country": "DE"}],
            "groups": [{"selected_option_id": "std"}],
        }
    ]
}


@dataclass
class Shop:
    """What a client has of the shop, and the shop behind it."""

    client: TestClient
    ordering: FakeOrdering
    fulfillment: FakeFulfillment
    identity: FakeIdentity
    headers: dict[str, str]
    base: str = "/ucp/v1"
    tokens: FakeTokens = field(default_factory=FakeTokens)
    internet: Internet = field(default_factory=Internet)
    goods: FakeGoods = field(default_factory=FakeGoods)

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Response:
        """A request under a fresh key; a header that is `None` is left out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.headers, "idempotency-key": uuid4().hex, **named}
        told = {name: value for name, value in sent.items() if value is not None}
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        response: Response = self.client.request(
            method, self.base + path, headers=told, **({} if body is None else content)
        )
        return response

    def create(self, body: Any = ROSES, **headers: str | None) -> dict[str, Any]:
        return self._fit(self.ask("POST", "/checkout-sessions", body, **headers), 201)

    def get(self, checkout_id: str) -> dict[str, Any]:
        return self._fit(self.ask("GET", f"/checkout-sessions/{checkout_id}"), 200)

    def ready(self) -> str:
        """A checkout that lacks nothing."""
        created = self.create({**ROSES, "fulfillment": DELIVERED})
        assert created["status"] == "ready_for_complete"
        return str(created["id"])

    def pay(self, checkout_id: str, token: str = "success_token", **headers: Any) -> Response:
        body = {"payment": {"instruments": [an_instrument(token)]}}
        return self.ask("POST", f"/checkout-sessions/{checkout_id}/complete", body, **headers)

    def order(self) -> str:
        """An order that was placed."""
        completed = self._fit(self.pay(self.ready()), 200)
        return str(completed["order"]["id"])

    def _fit(self, response: Response, status: int) -> dict[str, Any]:
        body: dict[str, Any] = response.json()
        assert (response.status_code, problems(body, "get_checkout")) == (status, [])
        return body


def an_instrument(token: str = "success_token", **more: Any) -> dict[str, Any]:
    return {
        "id": "instr_1",
        "handler_id": "mock_payment_handler",
        "type": "card",
        "credential": {"type": "token", "token": token},
        **more,
    }


async def unknown(_request: Request, failure: Exception) -> AnyResponse:
    return rest.failed(failure)


def a_shop(
    stack: ExitStack,
    *,
    headers: dict[str, str],
    internet: Internet | None = None,
    signing: Signing = UNSIGNED,
    **settings: Any,
) -> Shop:
    internet = internet or Internet()
    ordering = FakeOrdering()
    fulfillment, identity, tokens = FakeFulfillment(ordering), FakeIdentity(), FakeTokens()
    chosen = {"environment": "development", "public_url": "https://shop.example", **settings}
    told = Settings(**chosen)
    callers = Callers(identity.contract, tokens.whole)
    gate = replace(Gate.of(identity.contract, told), callers=callers)
    app = FastAPI()
    app.add_exception_handler(HTTPException, unknown)
    goods, ships = FakeGoods(), cast(Fulfillment, fulfillment)
    callees = Strangers(internet.fetch, internet.fetch, Tasks())
    for router in rest.routers(ordering, ships, goods.browsing(), gate, told, callees, signing):
        app.include_router(router)
    client = stack.enter_context(TestClient(app))
    shop = Shop(client, ordering, fulfillment, identity, headers, tokens=tokens, goods=goods)
    shop.internet = internet
    return shop


@pytest.fixture
def strict() -> Iterator[Shop]:
    """A shop that obeys the protocol to the letter, and a platform that it knows."""
    with ExitStack() as stack:
        shop = a_shop(stack, headers={"ucp-agent": AGENT, "x-api-key": KEY})
        shop.identity.register(KEY, "agent")
        yield shop


@pytest.fixture
def interop() -> Iterator[Shop]:
    """A shop that serves strangers, at its base URL."""
    with ExitStack() as stack:
        headers = {"ucp-agent": LOOSE_AGENT, "request-signature": "test"}
        shop = a_shop(stack, headers=headers, interop=True, simulation_secret=SECRET)
        shop.base = ""
        yield shop


@pytest.fixture(params=["strict", "interop"])
def shop(request: pytest.FixtureRequest) -> Shop:
    """What holds in both modes."""
    found: Shop = request.getfixturevalue(request.param)
    return found
