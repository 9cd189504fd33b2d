from dataclasses import dataclass

from app.ordering.approve_return import ApproveReturnHandler
from app.ordering.cancel_cart import CancelCartHandler
from app.ordering.cancel_checkout import CancelCheckoutHandler
from app.ordering.cancel_order import CancelOrderHandler
from app.ordering.cancel_return import CancelReturnHandler
from app.ordering.complete_checkout import CompleteCheckoutHandler
from app.ordering.create_cart import CreateCartHandler
from app.ordering.create_checkout import CreateCheckoutHandler
from app.ordering.find_cart import FindCartHandler
from app.ordering.find_checkout import FindCheckoutHandler
from app.ordering.find_order import FindOrderHandler
from app.ordering.find_return import FindReturnHandler
from app.ordering.list_attempts import ListAttemptsHandler
from app.ordering.list_ledger import ListLedgerHandler
from app.ordering.list_orders import ListOrdersHandler
from app.ordering.list_platforms import ListPlatformsHandler
from app.ordering.list_returns import ListReturnsHandler
from app.ordering.note_order import NoteOrderHandler
from app.ordering.receive_return import ReceiveReturnHandler
from app.ordering.refund_order import RefundOrderHandler
from app.ordering.refund_return import RefundReturnHandler
from app.ordering.reject_return import RejectReturnHandler
from app.ordering.report_order import ReportOrderHandler
from app.ordering.request_return import RequestReturnHandler
from app.ordering.update_cart import UpdateCartHandler
from app.ordering.update_checkout import UpdateCheckoutHandler


@dataclass(frozen=True)
class OrderingService:
    """The `Ordering` contract, kept here in this process: one handler for each call."""

    create_checkout: CreateCheckoutHandler
    find_checkout: FindCheckoutHandler
    update_checkout: UpdateCheckoutHandler
    complete_checkout: CompleteCheckoutHandler
    cancel_checkout: CancelCheckoutHandler
    create_cart: CreateCartHandler
    find_cart: FindCartHandler
    update_cart: UpdateCartHandler
    cancel_cart: CancelCartHandler
    find_order: FindOrderHandler
    cancel_order: CancelOrderHandler
    refund_order: RefundOrderHandler
    list_orders: ListOrdersHandler
    note_order: NoteOrderHandler
    list_attempts: ListAttemptsHandler
    list_ledger: ListLedgerHandler
    request_return: RequestReturnHandler
    approve_return: ApproveReturnHandler
    reject_return: RejectReturnHandler
    receive_return: ReceiveReturnHandler
    refund_return: RefundReturnHandler
    cancel_return: CancelReturnHandler
    find_return: FindReturnHandler
    list_returns: ListReturnsHandler
    report_order: ReportOrderHandler
    list_platforms: ListPlatformsHandler
