"""What may be chosen from: shells complete it, and what is none of it is refused (exit code 2)."""

from typing import TYPE_CHECKING, Literal

from app.settings import CONTEXTS
from domain.contracts.inventory import ADJUSTMENT_REASONS

ATTEMPT_STATES = ("running", "undoing", "completed", "failed")
ORDER_STATUSES = ("open", "partially_shipped", "shipped", "returned", "cancelled")

if TYPE_CHECKING:
    AdjustmentReason = str
    AttemptState = str
    ContextName = str
    OrderStatus = str
else:
    AdjustmentReason = Literal[ADJUSTMENT_REASONS]
    AttemptState = Literal[ATTEMPT_STATES]
    ContextName = Literal[CONTEXTS]
    OrderStatus = Literal[ORDER_STATUSES]
