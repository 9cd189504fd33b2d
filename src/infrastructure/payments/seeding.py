"""What payments knows of sales that are long finished, and what the test provider's ledger says."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.payments.operation import OperationKind, Verdict
from domain.payments.payment import Authorisation, Payment, PaymentState
from domain.shared.values import Money
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.payment_book import operation_row, payment_row
from infrastructure.payments.tables import operations, payments
from infrastructure.shared.sales import CURRENCY, Sale
from infrastructure.shared.seeding import missing, pour


@dataclass(frozen=True)
class PaymentSeed:
    """The ledger comes first: it takes what it knows already for what it is."""

    ledger: Ledger

    async def __call__(self, connection: AsyncConnection, sales: Sequence[Sale]) -> None:
        by_attempt = {sale.attempt_id: sale for sale in sales}
        new = await missing(connection, payments.c.attempt_id, by_attempt)
        made = [_payment(sale) for sale in new]
        self.ledger.take_over(made)
        await pour(connection, payments, map(payment_row, made))
        moved = (operation_row(one, n) for one in made for n in range(len(one.operations)))
        await pour(connection, operations, moved)


def _payment(sale: Sale) -> Payment:
    payment = Payment.begun(sale.attempt_id, sale.order_id, Money(sale.total, CURRENCY))
    payment.settle(Authorisation(PaymentState.AUTHORISED))
    payment.capture_rest(sale.parcel_id, sale.shipped_at)
    payment.conclude(OperationKind.CAPTURE, sale.parcel_id, Verdict())
    if sale.is_returned:
        product, _ = sale.goods[0]
        back = Money(product.price, CURRENCY)
        payment.give_back_some(sale.refund_id, back, sale.back_at)
        payment.conclude(OperationKind.REFUND, sale.refund_id, Verdict())
    return payment
