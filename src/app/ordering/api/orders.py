from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Body as Sent

from app.edge.desk import After, IdempotencyKey, IfMatch, Most, Page, etag, staff
from app.ordering.api.said import Filter, NoteBody, OrderNamed, ReasonBody, RefundBody, money
from app.ordering.api.shown_orders import OrderBody, SummaryBody
from domain.contracts.ordering import (
    AlreadyShipped,
    CancelOrder,
    FindOrder,
    KeyReused,
    ListOrders,
    MoreThanPaid,
    NoteOrder,
    OrderChanged,
    OrderDetails,
    Ordering,
    RefundOrder,
    UnfitRequest,
    UnknownOrder,
)
from domain.shared.ids import public
from domain.shared.values import Sku

REFUNDS = (UnknownOrder, MoreThanPaid, KeyReused, UnfitRequest)


def add(routes: APIRouter, ordering: Ordering) -> None:
    @routes.get("/orders", **staff("list_orders", "orders:read", UnfitRequest))
    async def list_orders(
        wanted: Filter, after: After = None, limit: Most = 20
    ) -> Page[SummaryBody]:
        """The newest first; what is given must all be so.

        Status is open, partially_shipped, shipped, returned or cancelled.
        """
        message = ListOrders(
            status=wanted.status,
            email=wanted.email,
            client=wanted.client,
            country=wanted.country,
            sku=Sku(wanted.sku) if wanted.sku is not None else None,
            placed_from=wanted.placed_from,
            placed_to=wanted.placed_to,
            after=after,
            most=limit,
        )
        page = await ordering.list_orders(message)
        return Page(items=tuple(SummaryBody.of(order) for order in page.items), next=page.next)

    @routes.get(
        "/orders/{order_id}", **staff("read_order", "orders:read", UnknownOrder, tagged=True)
    )
    async def get_order(order_id: OrderNamed, response: Response) -> OrderBody:
        """How an order stands, and all that happened to it."""
        return _shown(await ordering.find_order(FindOrder(order_id=order_id)), response)

    @routes.put(
        "/orders/{order_id}/note",
        **staff(
            "note_order", "orders:write", UnknownOrder, OrderChanged, UnfitRequest, tagged=True
        ),
    )
    async def note_order(
        order_id: OrderNamed,
        version: IfMatch,
        body: Annotated[NoteBody, Sent()],
        response: Response,
    ) -> OrderBody:
        """Put this note in place of what was noted; no buyer sees it."""
        message = NoteOrder(order_id=order_id, note=body.note, version=version)
        return _shown(await ordering.note_order(message), response)

    @routes.post(
        "/orders/{order_id}/cancel",
        **staff(
            "cancel_order", "orders:write", UnknownOrder, AlreadyShipped, KeyReused, tagged=True
        ),
    )
    async def cancel_order(
        order_id: OrderNamed, key: IdempotencyKey, body: ReasonBody, response: Response
    ) -> OrderBody:
        """Cancel an order of which nothing has left; stock and money go back afterwards."""
        message = CancelOrder(order_id=order_id, key=key, reason=body.reason)
        return _shown(await ordering.cancel_order(message), response)

    @routes.post(
        "/orders/{order_id}/refunds",
        **staff("refund_order", "orders:refund", *REFUNDS, status=201, tagged=True),
    )
    async def refund_order(
        order_id: OrderNamed, key: IdempotencyKey, body: RefundBody, response: Response
    ) -> OrderBody:
        """Promise money back; it follows, and `adjustments` say whether it went."""
        message = RefundOrder(
            order_id=order_id, key=key, amount=money(body.amount), reason=body.reason
        )
        response.headers["location"] = f"/v1/orders/{public('ord', order_id)}"
        return _shown(await ordering.refund_order(message), response)


def _shown(details: OrderDetails, response: Response) -> OrderBody:
    response.headers["etag"] = etag(details.version)
    return OrderBody.of(details)
