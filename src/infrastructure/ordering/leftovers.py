"""What ordering keeps of requests and attempts is not for ever; its orders are."""

from sqlalchemy import and_

from domain.ordering.attempt import AttemptState
from domain.ordering.checkout import CheckoutStatus
from domain.shared.ids import earliest_uuid7
from infrastructure.ordering.tables import attempts, carts, checkouts, claims
from infrastructure.shared.database.columns import is_among
from infrastructure.shared.routines.purge import Leftovers

ANSWERED = Leftovers(
    "claims", claims, lambda before: claims.c.claimed_at < before, (claims.c.claimed_at,)
)
ABANDONED = Leftovers(
    "attempts",
    checkouts,
    lambda before: and_(
        checkouts.c.order_id.is_(None),
        checkouts.c.checkout_id < earliest_uuid7(before),
        checkouts.c.status != CheckoutStatus.IN_PROGRESS,  # its attempt is not over
    ),
    (checkouts.c.order_id, checkouts.c.checkout_id),
)
"""Checkouts that no order came of: all have long expired."""
FORGOTTEN = Leftovers(
    "expired", carts, lambda before: carts.c.expires_at < before, (carts.c.expires_at,)
)
"""Carts whose time is up, whatever became of them."""


def _over(state: AttemptState) -> Leftovers:
    return Leftovers(
        "attempts",
        attempts,
        lambda before: and_(
            is_among(attempts.c.state, state), attempts.c.attempt_id < earliest_uuid7(before)
        ),
        (attempts.c.attempt_id,),
    )


LEFTOVERS = (
    ANSWERED,
    _over(AttemptState.COMPLETED),
    _over(AttemptState.FAILED),
    ABANDONED,
    FORGOTTEN,
)
