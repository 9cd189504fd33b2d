from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.edge.desk import After, IdempotencyKey, Most, Page, staff
from app.ordering.api.said import (
    ORDER_ID,
    OrderNamed,
    ReturnNamed,
    ReturnWishBody,
    Sought,
    order_named,
)
from app.ordering.api.shown_returns import ReturnBody
from domain.contracts.ordering import (
    AlreadyCancelled,
    FindReturn,
    KeyReused,
    LineUnits,
    ListReturns,
    MoreThanSent,
    Ordering,
    RequestReturn,
    ReturnPage,
    UnfitRequest,
    UnknownOrder,
    UnknownReturn,
)

OPENS = (UnknownOrder, AlreadyCancelled, MoreThanSent, KeyReused, UnfitRequest)
OfOrder = Annotated[str | None, Query(pattern=ORDER_ID)]


def add(routes: APIRouter, ordering: Ordering) -> None:
    @routes.post(
        "/orders/{order_id}/returns",
        **staff("request_return", "orders:write", *OPENS, status=201),
    )
    async def request_return(
        order_id: OrderNamed, key: IdempotencyKey, body: ReturnWishBody, response: Response
    ) -> ReturnBody:
        """Open a return of what was sent and is in no other return."""
        lines = tuple(LineUnits(line_id=line.line_id, units=line.units) for line in body.lines)
        message = RequestReturn(order_id=order_id, key=key, lines=lines, reason=body.reason)
        details = await ordering.request_return(message)
        response.headers["location"] = f"/v1/returns/{details.return_id}"
        return ReturnBody.of(details)

    @routes.get(
        "/orders/{order_id}/returns", **staff("list_returns_of_order", "orders:read", UnfitRequest)
    )
    async def list_returns_of_order(
        order_id: OrderNamed, after: After = None, limit: Most = 20
    ) -> Page[ReturnBody]:
        """The returns of an order, the newest first."""
        message = ListReturns(order_id=order_id, after=after, most=limit)
        return _shown(await ordering.list_returns(message))

    @routes.get("/returns", **staff("list_returns", "orders:read", UnfitRequest))
    async def list_returns(
        order_id: OfOrder = None, state: Sought = None, after: After = None, limit: Most = 20
    ) -> Page[ReturnBody]:
        """The newest first.

        State is requested, approved, rejected, cancelled, received, refunding, refunded or
        refund_failed.
        """
        order = order_named(order_id) if order_id else None
        message = ListReturns(order_id=order, state=state, after=after, most=limit)
        return _shown(await ordering.list_returns(message))

    @routes.get("/returns/{return_id}", **staff("get_return", "orders:read", UnknownReturn))
    async def get_return(return_id: ReturnNamed) -> ReturnBody:
        """How a return stands."""
        return ReturnBody.of(await ordering.find_return(FindReturn(return_id=return_id)))


def _shown(page: ReturnPage) -> Page[ReturnBody]:
    return Page(items=tuple(ReturnBody.of(one) for one in page.items), next=page.next)
