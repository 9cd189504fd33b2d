"""Stripes to try things out with, and our line to them."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from subprocess import DEVNULL, Popen
from urllib.parse import parse_qsl, urlencode

from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infrastructure.payments.stripe_line import StripeLine
from infrastructure.payments.stripe_memory import StripeMemory
from infrastructure.payments.stripe_provider import StripeProvider
from infrastructure.shared.database.engines import transaction
from tests.payments.fake_stripe import KEY
from tests.processes import a_free_port, answers_at
from tests.servers import served

NEW = "allowed_payment_method_types"


@contextmanager
def a_localstripe() -> Iterator[str]:
    """localstripe as a process: stateful, but without idempotency keys; it refunds whatever it is
    asked to, captures what was cancelled, does not tell what was captured, and knows nothing of
    the year's parameters: those are kept from it.
    """
    port = a_free_port()
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with Popen(command, stdout=DEVNULL, stderr=DEVNULL) as process:  # noqa: S603  # our own choice
        try:
            answers_at(f"http://127.0.0.1:{port}/js.stripe.com/v3/")
            with served(_without_what_is_new(f"http://127.0.0.1:{port}")) as (url,):
                yield url
        finally:
            process.kill()


def _without_what_is_new(url: str) -> Starlette:
    async def passed_on(request: Request) -> Response:
        whole = parse_qsl((await request.body()).decode())
        told = [(name, value) for name, value in whole if not name.startswith(NEW)]
        is_form = "form" in request.headers.get("content-type", "")
        body = urlencode(told).encode() if is_form else await request.body()
        names = ("authorization", "content-type")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        target = f"{url}{request.url.path}?{request.url.query}"
        async with (
            ClientSession() as client,
            client.request(request.method, target, data=body or None, headers=headers) as said,
        ):
            content = await said.read()
        return Response(content, said.status, media_type=said.content_type)

    every = Route("/{path:path}", passed_on, methods=["GET", "POST"])
    return Starlette(routes=[every])


@asynccontextmanager
async def a_stripe(
    url: str, engine: AsyncEngine, *, key: str = KEY, seconds: float = 2
) -> AsyncIterator[StripeProvider]:
    line = StripeLine(key, url, seconds)
    yield StripeProvider(line, partial(transaction, engine, StripeMemory))
    await line.close()
