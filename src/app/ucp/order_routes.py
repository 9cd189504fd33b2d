"""Orders over REST (UCP RST-13), and in interop mode what partners report of them."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from pydantic_core import to_json

from app.ucp import orders
from app.ucp.access import PLATFORM
from app.ucp.described import described
from app.ucp.errors import Refused, mistakes
from app.ucp.guard import caller
from app.ucp.presentation import Presentation
from app.ucp.reports import ReportBody
from domain.contracts.ordering import FindOrder, OrderDetails, Ordering, UnknownOrder
from domain.shared.ids import from_public
from domain.shared.values import OrderId


def add(routes: APIRouter, ordering: Ordering, shown: Presentation) -> None:
    @routes.get("/orders/{id}", operation_id="get_order", **described(PLATFORM))
    async def get_order(request: Request, id: str) -> Response:  # noqa: A002  # UCP's own name
        """Say how an order stands."""
        client = caller(request).client
        details = await ordering.find_order(FindOrder(order_id=order_named(id), client=client))
        return said(details, shown)

    if not shown.is_interop:
        return

    @routes.put("/orders/{id}", include_in_schema=False, openapi_extra=PLATFORM)
    async def update_order(request: Request, id: str) -> Response:  # noqa: A002
        """Take over what a partner says happened to an order (INTEROP 6)."""
        order_id = order_named(id)
        try:
            body = ReportBody.model_validate_json(await request.body())
        except ValidationError as unfit:
            raise Refused(422, "invalid_request", mistakes(unfit.errors())) from None
        message = body.report(order_id, caller(request).client)
        return said(await ordering.report_order(message), shown)


def order_named(text: str) -> OrderId:
    """What is no id of ours names nothing (ERR-6)."""
    if (known := from_public("ord", text)) is None:
        raise UnknownOrder(OrderId(UUID(int=0)))
    return OrderId(known)


def said(details: OrderDetails, shown: Presentation) -> Response:
    return Response(to_json(orders.order(details, shown)), media_type="application/json")
