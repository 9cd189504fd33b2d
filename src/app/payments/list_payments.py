from dataclasses import dataclass

from domain.contracts.payments import ListPayments, PaymentPage, UnfitCursor
from domain.payments.ports import Begin
from domain.shared.ids import from_public, public
from domain.shared.values import AttemptId

PREFIX = "pay"


@dataclass(frozen=True)
class ListPaymentsHandler:
    begin: Begin

    async def __call__(self, message: ListPayments, /) -> PaymentPage:
        before = from_public(PREFIX, message.after) if message.after else None
        if message.after and not before:
            raise UnfitCursor(message.after)
        async with self.begin() as book:
            found = await book.page(
                state=message.state,
                order_id=message.order_id,
                before=AttemptId(before) if before else None,
                most=message.most + 1,
            )
        items = tuple(payment.details() for payment in found[: message.most])
        has_more = len(found) > message.most
        return PaymentPage(
            items=items, next=public(PREFIX, items[-1].attempt_id) if has_more else None
        )
