from dataclasses import dataclass

from domain.contracts.payments import MOST_OF_A_PAGE, ListPayments, PaymentPage, UnfitCursor
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
        most = max(1, min(message.most, MOST_OF_A_PAGE))
        async with self.begin() as book:
            found = await book.page(
                state=message.state,
                order_id=message.order_id,
                before=AttemptId(before) if before else None,
                most=most + 1,
            )
        items = tuple(payment.details() for payment in found[:most])
        has_more = len(found) > most
        return PaymentPage(
            items=items, next=public(PREFIX, items[-1].attempt_id) if has_more else None
        )
