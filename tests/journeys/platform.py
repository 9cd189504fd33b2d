"""A platform on this host: it serves its profile, and is told of orders."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.ucp.presentation import Presentation
from app.ucp.profile import platform
from tests.servers import served


@dataclass(frozen=True)
class Heard:
    at: float
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def name(self) -> str:
        return self.headers["webhook-id"]

    @property
    def occasion(self) -> str:
        return self.headers["x-event-type"]


@dataclass
class Platform:
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: Event = field(default_factory=Event)
    """Until it is set, nobody is answered."""

    @property
    def agent(self) -> str:
        return f'profile="{self.url}/profile.json"'

    def occasions(self, order_id: str) -> list[str]:
        return [one.occasion for one in self.heard if one.body["id"] == order_id]

    async def profile(self, _: Request) -> JSONResponse:
        told = platform(Presentation(base_url=self.url))
        (order,) = told["ucp"]["capabilities"]["dev.ucp.shopping.order"]
        order["config"] = {"webhook_url": f"{self.url}/hooks/orders"}
        return JSONResponse(told)

    async def hear(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.heard.append(Heard(monotonic(), dict(request.headers), body))
        await run_in_threadpool(self.answers.wait, 30)
        return Response()


@contextmanager
def a_platform() -> Iterator[Platform]:
    itself = Platform()
    routes = [
        Route("/profile.json", itself.profile),
        Route("/hooks/orders", itself.hear, methods=["POST"]),
    ]
    with served(Starlette(routes=routes)) as (url,):
        itself.url = url
        itself.answers.set()
        try:
            yield itself
        finally:
            itself.answers.set()
