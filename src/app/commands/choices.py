"""What may be chosen from: shells complete it, and what is none of it is refused (exit code 2)."""

from typing import TYPE_CHECKING, Literal

from app.settings import CONTEXTS
from domain.contracts.identity import (
    APPLICATION,
    ASSERTION,
    NONE,
    PLATFORM,
    RESOURCE,
    ROLES,
    SECRET,
)
from domain.contracts.inventory import ADJUSTMENT_REASONS

ATTEMPT_STATES = ("running", "undoing", "completed", "failed")
AUTH_METHODS = (SECRET, ASSERTION, NONE)
CLIENT_KINDS = (PLATFORM, APPLICATION, RESOURCE)
ORDER_STATUSES = ("open", "partially_shipped", "shipped", "returned", "cancelled")

STAFF_ROLES = tuple(ROLES)

if TYPE_CHECKING:
    AdjustmentReason = str
    AttemptState = str
    AuthMethod = str
    ClientKind = str
    ContextName = str
    OrderStatus = str
    Role = str
else:
    AdjustmentReason = Literal[ADJUSTMENT_REASONS]
    AttemptState = Literal[ATTEMPT_STATES]
    AuthMethod = Literal[AUTH_METHODS]
    ClientKind = Literal[CLIENT_KINDS]
    ContextName = Literal[CONTEXTS]
    OrderStatus = Literal[ORDER_STATUSES]
    Role = Literal[STAFF_ROLES]
