"""Orders over REST (UCP RST-13), and in interop mode what partners report of them."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from pydantic_core import to_json

from app.ucp import orders
from app.ucp.access import ORDERS, PLATFORM
from app.ucp.described import described
from app.ucp.errors import Refused, mistakes
from app.ucp.guard import caller, presented
from app.ucp.linking import order_wanted
from app.ucp.presentation import Presentation
from app.ucp.reports import ReportBody
from domain.contracts.ordering import OrderDetails, Ordering, UnknownOrder
from domain.shared.ids import from_public
from domain.shared.values import OrderId


def add(routes: APIRouter, ordering: Ordering, shown: Presentation) -> None:
    @routes.get("/orders/{id}", operation_id="get_order", **described(ORDERS))
    async def get_order(request: Request, id: str) -> Response:  # noqa: A002  # UCP's own name
        """Say how an order stands."""
        details = await ordering.find_order(order_wanted(order_named(id), caller(request)))
        return said(details, presented(request))

    if not shown.is_interop:
        return

    @routes.put("/orders/{id}", include_in_schema=False, openapi_extra=PLATFORM)
    async def update_order(request: Request, id: str) -> Response:  # noqa: A002
        """Take over what a partner says happened to an order that it may see (INTEROP 6)."""
        order_id, asking = order_named(id), caller(request)
        try:
            body = ReportBody.model_validate_json(await request.body())
        except ValidationError as unfit:
            raise Refused(422, "invalid_request", mistakes(unfit.errors())) from None
        await ordering.find_order(order_wanted(order_id, asking))
        message = body.report(order_id, asking.client)
        return said(await ordering.report_order(message), presented(request))


def order_named(text: str) -> OrderId:
    """What is no id of ours names nothing (ERR-6)."""
    if (known := from_public("ord", text)) is None:
        raise UnknownOrder(OrderId(UUID(int=0)))
    return OrderId(known)


def said(details: OrderDetails, shown: Presentation) -> Response:
    return Response(to_json(orders.order(details, shown)), media_type="application/json")
