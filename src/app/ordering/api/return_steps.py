"""What is done to a return, step by step: each may be asked for again."""

from fastapi import APIRouter

from app.edge.desk import IdempotencyKey, staff
from app.ordering.api.said import (
    ReasonBody,
    ReceivedBody,
    RefundWishBody,
    ReturnNamed,
    money,
)
from app.ordering.api.shown_returns import ReturnBody
from domain.contracts.ordering import (
    ApproveReturn,
    CancelReturn,
    KeyReused,
    MoreThanApproved,
    MoreThanPaid,
    Ordering,
    ReceivedLine,
    ReceiveReturn,
    RefundReturn,
    RejectReturn,
    ReturnStandsOtherwise,
    UnfitRequest,
    UnknownReturn,
)

STEP = (UnknownReturn, ReturnStandsOtherwise)
KEYED = (*STEP, KeyReused, UnfitRequest)


def add(routes: APIRouter, ordering: Ordering) -> None:
    @routes.post("/returns/{return_id}/approve", **staff("approve_return", "orders:write", *STEP))
    async def approve_return(return_id: ReturnNamed) -> ReturnBody:
        """Let it come."""
        return ReturnBody.of(await ordering.approve_return(ApproveReturn(return_id=return_id)))

    @routes.post("/returns/{return_id}/reject", **staff("reject_return", "orders:write", *STEP))
    async def reject_return(return_id: ReturnNamed, body: ReasonBody) -> ReturnBody:
        """Say no to it, for good."""
        message = RejectReturn(return_id=return_id, reason=body.reason)
        return ReturnBody.of(await ordering.reject_return(message))

    @routes.post(
        "/returns/{return_id}/receive",
        **staff("receive_return", "orders:write", *KEYED, MoreThanApproved),
    )
    async def receive_return(
        return_id: ReturnNamed, key: IdempotencyKey, body: ReceivedBody
    ) -> ReturnBody:
        """Goods came, once: back on the shelf, or of no use any more. The shelf follows."""
        lines = tuple(
            ReceivedLine(
                line_id=line.line_id, restocked=line.restocked, written_off=line.written_off
            )
            for line in body.lines
        )
        message = ReceiveReturn(return_id=return_id, key=key, lines=lines)
        return ReturnBody.of(await ordering.receive_return(message))

    @routes.post(
        "/returns/{return_id}/refund",
        **staff("refund_return", "orders:refund", *KEYED, MoreThanPaid),
    )
    async def refund_return(
        return_id: ReturnNamed, key: IdempotencyKey, body: RefundWishBody
    ) -> ReturnBody:
        """Promise money back for what came; it follows, and `refunds` say whether it went."""
        amount = money(body.amount) if body.amount else None
        message = RefundReturn(return_id=return_id, key=key, amount=amount, reason=body.reason)
        return ReturnBody.of(await ordering.refund_return(message))

    @routes.post("/returns/{return_id}/cancel", **staff("cancel_return", "orders:write", *KEYED))
    async def cancel_return(
        return_id: ReturnNamed, key: IdempotencyKey, body: ReasonBody
    ) -> ReturnBody:
        """Undo it, for good: what was restocked leaves the shelf again."""
        message = CancelReturn(return_id=return_id, key=key, reason=body.reason)
        return ReturnBody.of(await ordering.cancel_return(message))
