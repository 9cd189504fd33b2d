"""A checkout in a browser: shown, changed, completed, given up."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.pages.form import Filled, read
from app.pages.till import Till


def add(routes: APIRouter, till: Till, link: dict[str, Any]) -> None:
    @routes.api_route("/checkout/{name}", methods=["GET", "HEAD"], **link)
    async def show(name: str, told: str = "") -> Response:
        return await till.show(name, told)

    @routes.post("/checkout/{name}", **link)
    async def change(request: Request, name: str) -> Response:
        return await till.change(name, await _filled(request))

    @routes.post("/checkout/{name}/cancel", **link)
    async def cancel(request: Request, name: str) -> Response:
        return await till.cancel(name, await _filled(request))


async def _filled(request: Request) -> Filled:
    return read(await request.body(), request.headers.get("content-type", ""))
