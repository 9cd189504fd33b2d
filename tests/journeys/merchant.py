"""A system of the merchant's on this host: it is told of events, and believes what is signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from aiohttp import ClientSession
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.servers import served


@dataclass(frozen=True)
class Told:
    headers: dict[str, str]
    body: bytes

    @property
    def name(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """By the library that receivers use. Raises `WebhookVerificationError`."""
        told: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return told


@dataclass
class Receiver:
    url: str = ""
    told: list[Told] = field(default_factory=list)
    status: int = 204
    answers: Event = field(default_factory=Event)
    """Until it is set, nobody is answered."""

    @property
    def hook(self) -> str:
        return f"{self.url}/hooks"

    async def hear(self, request: Request) -> Response:
        self.told.append(Told(dict(request.headers), await request.body()))
        await run_in_threadpool(self.answers.wait, 30)
        return Response(status_code=self.status)


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    itself = Receiver()
    with served(Starlette(routes=[Route("/hooks", itself.hear, methods=["POST"])])) as (url,):
        itself.url = url
        itself.answers.set()
        try:
            yield itself
        finally:
            itself.answers.set()


@dataclass
class Merchant:
    """Somebody of the shop's staff, who works on its subscriptions."""

    client: ClientSession
    url: str
    key: str

    async def ask(
        self, method: str, path: str = "", body: object = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        named = {name.replace("_", "-"): said for name, said in headers.items()}
        async with self.client.request(
            method,
            f"{self.url}/v1/subscriptions{path}",
            json=body,
            headers={"x-api-key": self.key, **named},
        ) as answer:
            told = await answer.json(content_type=None) if await answer.read() else None
            return (
                answer.status,
                told,
                {name.lower(): said for name, said in answer.headers.items()},
            )

    async def subscribed(self, receiver: Receiver, *events: str) -> dict[str, Any]:
        wish = {"name": "ERP", "url": receiver.hook, "events": events or ("order.placed",)}
        status, made, _ = await self.ask("POST", body=wish, idempotency_key=receiver.hook)
        assert status == 201, made
        told: dict[str, Any] = made
        return told
