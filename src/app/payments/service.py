from dataclasses import dataclass

from app.payments.authorise_payment import AuthoriseHandler
from app.payments.capture_payment import CaptureHandler
from app.payments.find_payment import FindPaymentHandler
from app.payments.list_payments import ListPaymentsHandler
from app.payments.reconcile_payments import ReconcileHandler
from app.payments.refund_payment import RefundHandler
from app.payments.settle_payment import SettleHandler
from app.payments.void_payment import VoidHandler


@dataclass(frozen=True)
class PaymentsService:
    """The `Payments` contract, kept here in this process: one handler for each call."""

    authorise: AuthoriseHandler
    settle: SettleHandler
    void: VoidHandler
    capture: CaptureHandler
    refund: RefundHandler
    find_payment: FindPaymentHandler
    list_payments: ListPaymentsHandler
    reconcile: ReconcileHandler
