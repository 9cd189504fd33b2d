from dataclasses import dataclass

from app.ordering.cancel_checkout import CancelCheckoutHandler
from app.ordering.cancel_order import CancelOrderHandler
from app.ordering.complete_checkout import CompleteCheckoutHandler
from app.ordering.create_checkout import CreateCheckoutHandler
from app.ordering.find_checkout import FindCheckoutHandler
from app.ordering.find_order import FindOrderHandler
from app.ordering.platforms import FindPlatformHandler, RegisterPlatformHandler
from app.ordering.refund_order import RefundOrderHandler
from app.ordering.report_order import ReportOrderHandler
from app.ordering.update_checkout import UpdateCheckoutHandler


@dataclass(frozen=True)
class OrderingService:
    """The `Ordering` contract, kept here in this process: one handler for each call."""

    create_checkout: CreateCheckoutHandler
    find_checkout: FindCheckoutHandler
    update_checkout: UpdateCheckoutHandler
    complete_checkout: CompleteCheckoutHandler
    cancel_checkout: CancelCheckoutHandler
    find_order: FindOrderHandler
    cancel_order: CancelOrderHandler
    refund_order: RefundOrderHandler
    report_order: ReportOrderHandler
    register_platform: RegisterPlatformHandler
    find_platform: FindPlatformHandler
