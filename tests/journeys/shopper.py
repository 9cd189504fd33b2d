"""A platform that shops on behalf of a buyer, over the real HTTP API, and checks what it is told."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, ClientTimeout

from tests.ucp.validation import problems

PROFILE = 'profile="https://agent.example/profile.json"'
ENDPOINT = "/ucp/v1"
HOME = {
    "id": "home",
    "street_address": "123 Main St",
    "address_locality": "Springfield",
    "address_region": "IL",
    "postal_code": "62704",
    "address_country": "US",
}


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]
    raw: bytes
    retry_after: str | None = None
    challenge: str = ""

    def total(self, kind: str = "total") -> int:
        return sum(entry["amount"] for entry in self.body["totals"] if entry["type"] == kind)

    @property
    def codes(self) -> list[str]:
        return [message.get("code", "") for message in self.body.get("messages", [])]


MOST_TIMES = 60


@dataclass
class Shopper:
    """`url` is the service endpoint of the profile; `key` is the platform's, in strict mode, and
    `token` that of a buyer in whose name it speaks.
    """

    client: ClientSession
    url: str
    key: str | None = None
    token: str | None = None
    agent: str | None = None  # what `UCP-Agent` says, if not what the shop gives to those without
    is_trusting: bool = False  # does not hold what it is told against the schemas: that takes time

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Reply:
        headers = {"UCP-Agent": self.agent or agent_at(self.url)}
        if self.key:
            headers["X-API-Key"] = self.key
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            headers["Idempotency-Key"] = key or str(uuid4())
        async with self.client.request(
            method,
            f"{self.url}{path}",
            json=body,
            headers=headers,
            timeout=ClientTimeout(total=30),
        ) as answer:
            raw = await answer.read()
            body = await answer.json()
        operation = "get_order" if "/orders/" in path else "get_checkout"
        assert self.is_trusting or problems(body, operation) == []
        told = answer.headers
        challenge = told.get("WWW-Authenticate", "")
        return Reply(answer.status, body, raw, told.get("Retry-After"), challenge)

    async def create(self, *skus: str, units: int = 1, **more: Any) -> Reply:
        lines = [{"item": {"id": sku}, "quantity": units} for sku in skus or ("bouquet_roses",)]
        return await self.ask("POST", "/checkout-sessions", {"line_items": lines, **more})

    async def update(self, checkout: dict[str, Any], **more: Any) -> Reply:
        lines = [
            {"id": line["id"], "item": {"id": line["item"]["id"]}, "quantity": line["quantity"]}
            for line in checkout["line_items"]
        ]
        body = {"line_items": lines, **more}
        return await self.ask("PUT", f"/checkout-sessions/{checkout['id']}", body)

    async def ready(self, *skus: str, units: int = 1, **more: Any) -> dict[str, Any]:
        """A checkout that can be completed."""
        opened = await self.create(*skus, units=units)
        assert opened.status == 201, opened.body
        wanted = {"buyer": {"email": "jane@example.com"}, "fulfillment": delivery(), **more}
        updated = await self.update(opened.body, **wanted)
        assert updated.body["status"] == "ready_for_complete", updated.body
        return updated.body

    async def complete(
        self, checkout_id: str, token: str = "success_token", *, key: str | None = None
    ) -> Reply:
        path = f"/checkout-sessions/{checkout_id}/complete"
        return await self.ask("POST", path, paying(token), key=key)

    async def insist(
        self, checkout_id: str, token: str = "success_token", *, key: str | None = None
    ) -> Reply:
        """As a client does that means it: again, with the same key, until there is an answer."""
        key = key or str(uuid4())
        for _ in range(MOST_TIMES):
            reply = await self.complete(checkout_id, token, key=key)
            if reply.status != 503:
                return reply
            assert reply.retry_after, "a client that is sent away is told until when"
        raise AssertionError("there never was an answer")

    async def checkout(self, checkout_id: str) -> Reply:
        return await self.ask("GET", f"/checkout-sessions/{checkout_id}")

    async def order(self, order_id: str) -> Reply:
        return await self.ask("GET", f"/orders/{order_id}")


def agent_at(url: str) -> str:
    """Who speaks at an endpoint of ours without a profile of their own; at another's, anybody."""
    if not url.endswith(ENDPOINT):
        return PROFILE
    return f'profile="{url.removesuffix(ENDPOINT)}/platform.json"'


def delivery(option: str = "std-ship") -> dict[str, Any]:
    group = {"id": "group_1", "selected_option_id": option}
    method = {"type": "shipping", "line_item_ids": [], "destinations": [HOME], "groups": [group]}
    return {"methods": [{**method, "selected_destination_id": "home"}]}


def paying(token: str = "success_token") -> dict[str, Any]:
    instrument = {
        "id": "instr_1",
        "handler_id": "mock_payment_handler",
        "type": "card",
        "selected": True,
        "credential": {"type": "token", "token": token},
    }
    return {"payment": {"instruments": [instrument]}}
