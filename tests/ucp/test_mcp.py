"""The MCP binding: one message and its answer over HTTP, as the protocol has it."""

import re
from contextlib import ExitStack
from json import loads
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.ucp.scopes import SEARCH_CATALOG
from app.ucp.signing import Signing
from tests.ucp.conftest import DELIVERED, KEY, ROSES, Shop, a_shop, an_instrument
from tests.ucp.validation import FOLDER, problems

SERVICE = loads((FOLDER / "services/shopping/mcp.openrpc.json").read_text())
PROFILE = "https://agent.example/profile.json"
HEADERS = {"accept": "application/json, text/event-stream", "x-api-key": KEY}
CALL_KEY = "1f0c1d4e-7a35-4c0e-9c1e-0d6c2b7a9f11"


def post(shop: Shop, method: str, params: Any = None, **headers: str | None) -> Any:
    named = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    told = {name: value for name, value in named.items() if value is not None}
    return shop.client.post("/ucp/mcp", json=message, headers=told)


def call(shop: Shop, tool: str, *, key: str | None = None, headers: Any = None, **more: Any) -> Any:
    meta: dict[str, Any] = more.pop("meta", {"ucp-agent": {"profile": PROFILE}})
    meta = meta | ({"idempotency-key": key} if key else {})
    params = {"name": tool, "arguments": {"meta": meta, **more}}
    return post(shop, "tools/call", params, **(headers or {}))


def told(shop: Shop, tool: str, operation: str | None = None, **more: Any) -> Any:
    answer = call(shop, tool, **more)
    result = answer.json().get("result")
    assert (answer.status_code, bool(result)) == (200, True), answer.text
    assert problems(result["structuredContent"], operation or tool) == []
    return result["structuredContent"]


def refused(answer: Any) -> tuple[int, int, str]:
    error = answer.json()["error"]
    assert "result" not in answer.json()
    return answer.status_code, error["code"], error.get("data", {}).get("code", "")


@pytest.mark.ucp("MCP-1", "MCP-4", "MCP-6")
def test_every_tool_of_what_is_offered_is_told_of_with_what_it_takes(strict: Shop) -> None:
    listed = post(strict, "tools/list").json()["result"]["tools"]

    found = {tool["name"]: tool["inputSchema"] for tool in listed}
    assert {name: schema["required"] for name, schema in found.items()} == {
        method["name"]: [one["name"] for one in method["params"] if one["required"]]
        for method in SERVICE["methods"]
    }
    keyed = {
        name
        for name, schema in found.items()
        if "idempotency-key" in schema["properties"]["meta"]["required"]
    }
    assert keyed == {"complete_checkout", "cancel_checkout", "cancel_cart"}
    assert all(tool["outputSchema"]["type"] == "object" for tool in listed)
    only_read = {tool["name"] for tool in listed if tool["annotations"].get("readOnlyHint")}
    assert only_read == {name for name in found if name.startswith(("get_", "search_", "lookup_"))}
    assert len({tool["description"] for tool in listed}) == len(listed)


@pytest.mark.ucp("MCP-4", "MCP-8")
def test_what_is_not_plain_from_its_name_is_explained_where_tools_are_told_of(strict: Shop) -> None:
    listed = post(strict, "tools/list").json()["result"]["tools"]

    parts: dict[str, Any] = {}
    for tool in listed:
        parts |= tool["inputSchema"].get("$defs", {})
    asked = {
        f"{name}.{member}"
        for name in parts
        for member, said in parts[name].get("properties", {}).items()
        if (member == "id" or member.endswith(("_id", "_ids"))) and "description" not in said
    }
    assert len(parts) > 10
    assert asked == set()


@pytest.mark.ucp("MCP-1", "MCP-3")
def test_who_has_never_shopped_here_is_told_how(strict: Shop) -> None:
    client = {"name": "an agent", "version": "1"}
    greeting = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}

    told = post(strict, "initialize", greeting).json()["result"]["instructions"]

    listed = {tool["name"] for tool in post(strict, "tools/list").json()["result"]["tools"]}
    named = set(re.findall(r"\b[a-z]+_(?:catalog|product|checkout)\b", told))
    assert named
    assert named <= listed
    assert 'meta["ucp-agent"].profile' in told


@pytest.mark.ucp("RST-19")
def test_a_tool_call_says_in_which_language_it_is_answered(strict: Shop) -> None:
    over_rest = strict.ask("POST", "/checkout-sessions", ROSES)
    created = call(strict, "create_checkout", checkout=ROSES)
    refused_ = call(strict, "create_checkout", checkout={})

    languages = [a.headers.get("content-language") for a in (over_rest, created, refused_)]
    assert languages == ["en", "en", "en"]


@pytest.mark.ucp("MCP-2", "MCP-5", "MCP-6", "MCP-7")
def test_a_tool_says_what_the_operation_over_rest_says(strict: Shop) -> None:
    created = told(strict, "create_checkout", checkout={**ROSES, "id": "chk_mine"})
    again = told(strict, "get_checkout", id=created["id"])
    over_rest = strict.get(created["id"])
    unknown = told(strict, "get_checkout", id="../../v1/products")

    assert created["id"] != "chk_mine"
    assert again == over_rest
    assert unknown["messages"][0]["code"] == "not_found"


@pytest.mark.ucp("IDM-8", "IDM-9", "MCP-3")
def test_a_key_is_one_key_over_both_bindings(strict: Shop) -> None:
    checkout = strict.create({**ROSES, "fulfillment": DELIVERED})["id"]
    payment = {"payment": {"instruments": [an_instrument()]}}

    first = told(strict, "complete_checkout", id=checkout, checkout=payment, key=CALL_KEY)
    over_rest = strict.pay(checkout, idempotency_key=CALL_KEY)
    other = call(strict, "complete_checkout", id=checkout, key=CALL_KEY, checkout={"payment": {}})
    unnamed = call(strict, "cancel_checkout", id=checkout)

    assert first["status"] == "completed"
    assert over_rest.json() == first
    assert len(strict.ordering.orders) == 1
    assert refused(other) == (409, -32000, "idempotency_conflict")
    assert refused(unnamed) == (400, -32602, "invalid_request")


@pytest.mark.ucp("ERR-5", "MCP-7", "MCP-8", "MCP-9")
@pytest.mark.parametrize(
    ("tool", "more", "expected"),
    [
        ("create_checkout", {"checkout": ROSES, "meta": {}}, (400, -32001, "invalid_profile_url")),
        (
            "create_checkout",
            {"checkout": ROSES, "meta": {"ucp-agent": {"profile": "http://agent.example/"}}},
            (400, -32001, "invalid_profile_url"),
        ),
        (
            "create_checkout",
            {
                "checkout": ROSES,
                "meta": {"ucp-agent": {"profile": PROFILE, "version": "2020-01-01"}},
            },
            (422, -32001, "version_unsupported"),
        ),
        ("create_checkout", {"checkout": {"line_items": 1}}, (400, -32602, "invalid_request")),
        ("create_checkout", {"checkout": []}, (400, -32602, "invalid_request")),
        ("create_checkout", {}, (400, -32602, "invalid_request")),
        ("get_checkout", {"id": 7}, (400, -32602, "invalid_request")),
        ("lookup_catalog", {"catalog": {"ids": [str(n) for n in range(101)]}},
         (400, -32602, "request_too_large")),
        ("fly_to_the_moon", {}, (400, -32602, "invalid_request")),
        (
            "create_checkout",
            {"checkout": ROSES, "headers": {"x_api_key": None}},
            (401, -32000, "unauthorized"),
        ),
        (
            "create_checkout",
            {"checkout": ROSES, "headers": {"ucp_agent": 'profile="https://else.example/"'}},
            (400, -32602, "invalid_request"),
        ),
        (
            "create_checkout",
            {"checkout": ROSES, "key": CALL_KEY, "headers": {"idempotency_key": "k" * 30}},
            (400, -32602, "invalid_request"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_processed_is_an_error_and_http_says_so(
    strict: Shop, tool: str, more: dict[str, Any], expected: tuple[int, int, str]
) -> None:
    answer = call(strict, tool, **more)

    assert refused(answer) == expected
    assert strict.ordering.asked == []


@pytest.mark.ucp("ERR-2", "ERR-5")
def test_what_is_not_there_just_now_is_told_when_to_ask_again(strict: Shop) -> None:
    created = strict.create()["id"]
    strict.ordering.failure = TimeoutError()

    answer = call(strict, "get_checkout", id=created)

    assert refused(answer) == (503, -32000, "service_unavailable")
    assert answer.json()["error"]["data"]["retry_after"] == 1
    assert answer.headers["retry-after"] == "1"


@pytest.mark.ucp("ERR-5")
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, -32700),
        (b"[]", 400, -32600),
        (b'{"id":1,"secret":"hunter2"}', 400, -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"no/such"}', 404, -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}', 400, -32602),
        (b"[" * 100_000, 400, -32700),
    ],
)
def test_what_is_no_call_is_an_error_of_json_rpc(
    strict: Shop, content: bytes, status: int, code: int
) -> None:
    headers = {**HEADERS, "content-type": "application/json"}

    answer = strict.client.post("/ucp/mcp", content=content, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "hunter2" not in answer.text


@pytest.mark.ucp("MCP-7", "CHK-21")
def test_what_is_not_sold_is_a_result_and_no_error(shop: Shop) -> None:
    shop.identity.register(KEY, "agent")
    body = {"line_items": [{"item": {"id": "orchid"}, "quantity": 1}]}

    nothing = told(shop, "create_checkout", checkout=body)

    assert [message["code"] for message in nothing["messages"]] == ["item_unavailable"]


@pytest.mark.ucp("MCP-3", "IDM-8")
def test_tools_that_could_do_harm_twice_want_a_key_from_everybody(shop: Shop) -> None:
    shop.identity.register(KEY, "agent")
    created = told(shop, "create_checkout", checkout=ROSES)["id"]

    unnamed = call(shop, "cancel_checkout", id=created)
    cancelled = told(shop, "cancel_checkout", id=created, key=CALL_KEY)

    assert refused(unnamed) == (400, -32602, "invalid_request")
    assert 'meta["idempotency-key"]' in unnamed.json()["error"]["message"]
    assert cancelled["status"] == "canceled"


@pytest.mark.ucp("ERR-5")
@pytest.mark.parametrize(
    ("name", "method", "status"),
    [("error", "tools/list", 200), ("x" * 1000, "no/such", 404)],
)
def test_what_a_request_is_called_says_nothing_of_how_it_went(
    strict: Shop, name: str, method: str, status: int
) -> None:
    message = {"jsonrpc": "2.0", "id": name, "method": method}

    answer = strict.client.post("/ucp/mcp", json=message, headers=HEADERS)

    assert (answer.status_code, answer.json()["id"]) == (status, name)


@pytest.mark.ucp("ERR-5", "MCP-7")
def test_what_nobody_foresaw_is_not_told(strict: Shop) -> None:
    def broken(_request: Request) -> Response:
        raise RuntimeError("the password is hunter2")

    app = cast(FastAPI, strict.client.app)
    app.router.routes.insert(0, Route("/ucp/v1/orders/{id}", broken))

    answer = call(strict, "get_order", id="ord_1")

    assert refused(answer) == (500, -32603, "internal_error")
    assert "hunter2" not in answer.text


@pytest.mark.ucp("PRF-6", "MCP-1")
def test_the_profile_says_where_the_tools_are(shop: Shop) -> None:
    services = shop.client.get("/.well-known/ucp").json()["ucp"]["services"]["dev.ucp.shopping"]

    (mcp,) = [service for service in services if service["transport"] == "mcp"]
    assert mcp["endpoint"] == "https://shop.example/ucp/mcp"
    assert mcp["schema"].endswith("/services/shopping/mcp.openrpc.json")
    assert shop.client.get("/ucp/mcp").status_code == 405


@pytest.mark.ucp("MCP-10", "SIG-21", "SIG-22", "SIG-23")
def test_what_promises_an_order_is_signed_as_it_goes_over_the_wire() -> None:
    def response(status: int, _media: str, body: bytes) -> dict[str, str]:
        return {"signature": f"{status}:{len(body)}"}

    with ExitStack() as stack:
        known = {"ucp-agent": f'profile="{PROFILE}"', "x-api-key": KEY}
        shop = a_shop(stack, headers=known, signing=Signing(tuple, response))
        shop.identity.register(KEY, "agent")
        created = call(shop, "create_checkout", checkout={**ROSES, "fulfillment": DELIVERED})
        checkout = created.json()["result"]["structuredContent"]["id"]
        payment = {"payment": {"instruments": [an_instrument()]}}
        completed = call(shop, "complete_checkout", id=checkout, checkout=payment, key=CALL_KEY)
        refused_ = call(shop, "complete_checkout", id=checkout, checkout=[], key=CALL_KEY)

    assert completed.headers["signature"] == f"200:{len(completed.content)}"
    assert "signature" not in created.headers
    assert "signature" not in refused_.headers


@pytest.mark.ucp("OAU-24", "OAU-28")
def test_what_is_gated_needs_a_buyer_over_mcp_too() -> None:
    with ExitStack() as stack:
        shop = a_shop(stack, headers={}, gated_scopes=(SEARCH_CATALOG,))
        shop.identity.register(KEY, "agent")

        gated = call(shop, "search_catalog", catalog={"query": "rose"})
        free = call(shop, "lookup_catalog", catalog={"ids": ["rose"]})

    error = gated.json()["error"]
    assert (gated.status_code, error["code"]) == (401, -32000)
    assert error["data"]["messages"][0]["code"] == "identity_required"
    assert gated.headers["www-authenticate"].startswith("Bearer realm=")
    assert free.status_code == 200
