"""What a platform that knows nothing of delivery leaves to the buyer (UCP CHK-3, MSG-3)."""

from dataclasses import replace

from app.ucp.invitation import is_about_delivery
from app.ucp.presentation import FULFILLMENT, Presentation
from domain.contracts.ordering import CheckoutDetails, Notice

BUYER_INPUT = "requires_buyer_input"
OPEN = ("incomplete", "ready_for_complete", "requires_escalation")


def handed_over(details: CheckoutDetails, shown: Presentation) -> CheckoutDetails:
    """As such a platform is told: it cannot say where goods go, but the buyer can, on our page. What
    is pointed at is nothing that it sees.
    """
    if FULFILLMENT in shown.capabilities or details.status not in OPEN:
        return details
    notices = tuple(_buyers(one) if _is_of_delivery(one) else one for one in details.notices)
    is_asked = any(one.severity == BUYER_INPUT for one in notices)
    status = "requires_escalation" if is_asked else details.status
    return replace(details, notices=notices, status=status)


def _is_of_delivery(notice: Notice) -> bool:
    return is_about_delivery(notice) or (notice.path or "").startswith("fulfillment")


def _buyers(notice: Notice) -> Notice:
    severity = BUYER_INPUT if notice.kind == "error" else notice.severity
    return replace(notice, severity=severity, path=None)
