"""The catalog over REST (UCP RST-10 to RST-12, CAT-1)."""

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from app.ucp.access import LOOKING_UP, SEARCHING
from app.ucp.described import described
from app.ucp.goods.bodies import LookupBody, ProductBody, SearchBody
from app.ucp.goods.browsing import Browsing
from app.ucp.guard import presented
from app.ucp.rendering import Body


def add(routes: APIRouter, browsing: Browsing) -> None:
    @routes.post("/catalog/search", operation_id="search_catalog", **described(SEARCHING))
    async def search_catalog(request: Request, body: SearchBody) -> Response:
        """Products by words, categories and prices, page by page."""
        return _said(await browsing.search(body, presented(request)))

    @routes.post("/catalog/lookup", operation_id="lookup_catalog", **described(LOOKING_UP))
    async def lookup_catalog(request: Request, body: LookupBody) -> Response:
        """Products and variants by their ids."""
        return _said(await browsing.look_up(body, presented(request)))

    @routes.post("/catalog/product", operation_id="get_catalog_product", **described(LOOKING_UP))
    async def get_catalog_product(request: Request, body: ProductBody) -> Response:
        """One product, and what is left of it when some of its options are chosen."""
        return _said(await browsing.product(body, presented(request)))


def _said(body: Body) -> Response:
    return Response(to_json(body), media_type="application/json")
