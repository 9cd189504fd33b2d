"""Servers that do nothing, each with one layer more between a request and its answer.

python -m bench.edge DATABASE_URL: serves until its standard input ends; says on which ports.
"""

import json
import sys
from asyncio import Event, gather, get_running_loop, run, to_thread
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from typing import Any, cast
from uuid import UUID

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp
from tests.journeys.shopper import PROFILE

from app.edge.gate import Gate
from app.edge.requests import Requests
from app.edge.strangers import Fetched, Strangers, Unresolvable
from app.inventory.find_stock import FindStockHandler
from app.inventory.service import InventoryService
from app.server import Listener, bound
from app.settings import Settings
from app.ucp.access import PLATFORM, Doors
from app.ucp.bodies import NewCheckoutBody
from app.ucp.guard import guarded, named
from app.ucp.platforms.meeting import Platforms
from app.ucp.presentation import Presentation
from bench.stock import sku_of
from domain.contracts.identity import ClientId, FindApiKey, Identity, KeyHolder, KeyId
from domain.contracts.inventory import FindStock, Inventory, StockFound
from infrastructure.inventory.shelves import SqlShelves
from infrastructure.shared import logs
from infrastructure.shared.calls.wire import near
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.tasks import Tasks

LAYERS = {
    "uvicorn and Starlette": "one route of Starlette that answers: the bare hop",
    "+ FastAPI's routing": "an application of FastAPI in place of Starlette's",
    "+ deadline, id and log line": "`app.edge.requests`: bounds, envelope, one line in the log",
    "+ guard": "`app.edge.gate`: the platform's API key, whose holder is known, and its profile",
    "+ body read and named": "the body against its schema, made a message, named by its hash",
    "+ contract, near": "a call of a contract that is kept here and does nothing",
    "+ transaction with one read": "the same call, done: `inventory.find_stock` of one SKU",
}
PATH = "/null"
ANSWER = b'{"status": "nothing was done"}'
ASKED = FindStock(skus=(sku_of(0),))  # type: ignore[arg-type]  # a SKU is a name
Ask = Any


class OnePlatform:
    """The part of identity that the gate asks."""

    async def find_api_key(self, _message: FindApiKey, /) -> KeyHolder:
        client = ClientId("bench")
        return KeyHolder(key_id=KeyId(UUID(int=1)), name="bench", scopes=(), client_id=client)


class NoStock:
    """The part of inventory that is asked, doing nothing."""

    async def find_stock(self, _message: FindStock, /) -> StockFound:
        return StockFound(items=())


def apps(engines: Engines, database: str) -> list[ASGIApp]:
    """One for each layer, in their order."""
    begin = partial(transaction, engines.at(database), SqlShelves)
    kept = InventoryService(**{**dict.fromkeys(_calls()), "find_stock": FindStockHandler(begin)})  # type: ignore[arg-type]
    return [
        Starlette(routes=[Route(PATH, _nothing, methods=["POST"])]),
        _routed(APIRouter()),
        _bounded(_routed(APIRouter())),
        _bounded(_routed(APIRouter(route_class=_guard()))),
        _bounded(_read(None)),
        _bounded(_read(near(Inventory, cast(Inventory, NoStock())))),
        _bounded(_read(near(Inventory, kept))),
    ]


def _calls() -> tuple[str, ...]:
    return tuple(InventoryService.__dataclass_fields__)


async def _nothing(_request: Request) -> Response:
    return Response(ANSWER, media_type="application/json")


def _guard() -> Any:
    shown = Presentation()
    gate, own = Gate.of(cast(Identity, OnePlatform()), Settings()), PROFILE.split('"')[1]
    platforms = Platforms(shown, own, Strangers(_nobody, _nobody, Tasks()), _is_known)
    return guarded(Doors(gate, platforms), shown)


async def _nobody(_url: str) -> Fetched:
    raise Unresolvable


async def _is_known(_url: str) -> bool:
    return True


def _routed(routes: APIRouter) -> FastAPI:
    app = FastAPI(openapi_url=None)
    routes.post(PATH, openapi_extra=PLATFORM, response_class=Response)(_nothing)
    app.include_router(routes)
    return app


def _read(inventory: Inventory | None) -> FastAPI:
    app, routes = FastAPI(openapi_url=None), APIRouter(route_class=_guard())

    @routes.post(PATH, openapi_extra=PLATFORM, response_class=Response)
    async def read(request: Request, body: NewCheckoutBody) -> Response:
        name = await named(request, "create_checkout", PATH)
        body.create(name, None, is_interop=False, has_carts=True)
        if inventory:
            await inventory.find_stock(ASKED)
        return Response(ANSWER, media_type="application/json")

    app.include_router(routes)
    return app


def _bounded(app: FastAPI) -> FastAPI:
    app.add_middleware(Requests, seconds=5.0, max_body_bytes=262_144, failed=_failed)
    return app


def _failed(_path: str, why: HTTPException) -> Response:
    return Response(status_code=why.status_code)


async def serve(database: str) -> None:
    engines, stopping = Engines(), Event()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engines.close)
        sockets = stack.enter_context(ExitStack())
        served = []
        for app in apps(engines, database):
            config = uvicorn.Config(
                app, http="h11", lifespan="off", ws="none", log_config=None, access_log=False
            )
            (on,) = sockets.enter_context(bound("", "127.0.0.1", 0))
            served.append((Listener(config), on))
        sys.stdout.write(json.dumps([on.getsockname()[1] for _, on in served]) + "\n")
        sys.stdout.flush()
        get_running_loop().create_task(_until_end(stopping, [listener for listener, _ in served]))
        await gather(*(listener.serve(sockets=[on]) for listener, on in served))


async def _until_end(stopping: Event, listeners: list[Listener]) -> None:
    await to_thread(sys.stdin.read)
    stopping.set()
    for listener in listeners:
        listener.should_exit = True


if __name__ == "__main__":
    logs.configure("production")
    run(serve(sys.argv[1]))
