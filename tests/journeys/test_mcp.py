"""An agent shops over MCP, with the client of the protocol's own package."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.conftest import a_shop
from tests.engines import only
from tests.hired import registered
from tests.journeys.shopper import HOME, agent_at
from tests.processes import Process
from tests.ucp.validation import problems

ORDERS = "dev.ucp.shopping.order:read"


class Agent:
    """A platform of this shop, over MCP: what it is told it holds against the schemas."""

    def __init__(self, session: ClientSession, profile: str) -> None:
        self.session, self.profile = session, profile

    async def call(self, tool: str, *, key: str | None = None, **arguments: Any) -> dict[str, Any]:
        meta: dict[str, Any] = {"ucp-agent": {"profile": self.profile}}
        meta |= {"idempotency-key": key} if key else {}
        result = await self.session.call_tool(tool, {"meta": meta, **arguments})
        assert not result.is_error
        body: dict[str, Any] = result.structured_content
        assert problems(body, tool) == []
        return body


@asynccontextmanager
async def agent_of(shop: Process, key: str, *, is_modern: bool) -> AsyncIterator[Agent]:
    """With the handshake of older revisions of MCP, or without as in those since 2026-07-28."""
    profile = agent_at(f"{shop.url}/ucp/v1").split('"')[1]
    async with (
        httpx2.AsyncClient(headers={"x-api-key": key}) as client,
        streamable_http_client(f"{shop.url}/ucp/mcp", http_client=client) as (read, write),
        ClientSession(read, write) as session,
    ):
        if is_modern:
            session.adopt(await session.discover())
        else:
            await session.initialize()
        yield Agent(session, profile)


@pytest.fixture
async def strict(kept: dict[str, str], tmp_path: Path) -> AsyncIterator[tuple[Process, str]]:
    """A shop that tells nobody of orders without their buyer, and the key of a platform."""
    settings = a_shop(tmp_path, gated_scopes=ORDERS, **kept)
    key = await registered(settings)
    process = Process(settings, tmp_path / "log")
    process.start()
    yield process, key
    process.kill()


@only("sqlite")
@pytest.mark.ucp("MCP-1", "MCP-2", "MCP-6", "MCP-7", "ERR-5", "OAU-24")
@pytest.mark.parametrize("is_modern", [False, True], ids=["with handshake", "without"])
async def test_an_agent_finds_roses_buys_them_and_asks_for_the_order(
    strict: tuple[Process, str], *, is_modern: bool
) -> None:
    shop, key = strict
    async with agent_of(shop, key, is_modern=is_modern) as agent:
        named = {tool.name for tool in (await agent.session.list_tools()).tools}

        found = await agent.call("search_catalog", catalog={"query": "red ros"})
        roses = found["products"][0]["variants"][0]["id"]
        lines = [{"item": {"id": roses}, "quantity": 2}]
        cart = await agent.call("create_cart", cart={"line_items": lines})
        checkout = await agent.call(
            "create_checkout", checkout={"line_items": [], "cart_id": cart["id"]}
        )
        group = {"id": "group_1", "selected_option_id": "std-ship"}
        shipped = {"methods": [{"type": "shipping", "destinations": [HOME], "groups": [group]}]}
        wanted = {
            "line_items": [
                {"id": line["id"], "item": {"id": roses}, "quantity": line["quantity"]}
                for line in checkout["line_items"]
            ],
            "buyer": {"email": "jane@example.com", "first_name": "Jane", "last_name": "Roe"},
            "fulfillment": shipped,
        }
        ready = await agent.call("update_checkout", id=checkout["id"], checkout=wanted)
        instrument = {
            "id": "instr_1",
            "handler_id": "mock_payment_handler",
            "type": "card",
            "credential": {"type": "token", "token": "success_token"},
        }
        once, paying = str(uuid4()), {"payment": {"instruments": [instrument]}}
        completed = [
            await agent.call("complete_checkout", id=ready["id"], checkout=paying, key=once)
            for _ in range(2)
        ]
        with pytest.raises(MCPError) as gated:
            await agent.call("get_order", id=completed[0]["order"]["id"])
        with pytest.raises(MCPError) as foreign:
            await agent.call("get_checkout", id=7)
        unknown = await agent.call("get_product", catalog={"id": "no such"})

    assert {"create_cart", "complete_checkout", "get_order", "get_product"} <= named
    assert roses == "bouquet_roses"
    assert completed[0]["status"] == "completed"
    assert completed[0] == completed[1]
    assert (gated.value.code, foreign.value.code) == (-32000, -32602)
    assert gated.value.data["messages"][0]["code"] == "identity_required"
    assert unknown["ucp"]["status"] == "error"


@only("sqlite")
@pytest.mark.ucp("MCP-4", "MCP-5", "CAR-2", "IDM-8")
async def test_an_agent_keeps_a_cart_and_gives_it_up(strict: tuple[Process, str]) -> None:
    shop, key = strict
    lines = [{"item": {"id": "bouquet_roses"}, "quantity": 2}]
    async with agent_of(shop, key, is_modern=False) as agent:
        cart = await agent.call("create_cart", cart={"line_items": lines})
        fewer = [{**lines[0], "quantity": 1}]
        updated = await agent.call(
            "update_cart", id=cart["id"], cart={"line_items": fewer, "id": "cart_of_mine"}
        )
        cancelled = await agent.call("cancel_cart", id=cart["id"], key=str(uuid4()))
        gone = await agent.call("get_cart", id=cart["id"])

    assert (updated["id"], updated["line_items"][0]["quantity"]) == (cart["id"], 1)
    assert cancelled["line_items"] == updated["line_items"]
    assert gone["messages"][0]["code"] == "not_found"
