"""What was told, or given up, is of no use once its events are not kept any more either."""

from sqlalchemy import and_

from domain.notifications.delivery import DeliveryState
from infrastructure.notifications.tables import deliveries
from infrastructure.shared.database.columns import is_among
from infrastructure.shared.routines.purge import Leftovers

its = deliveries.c


def _over(state: DeliveryState) -> Leftovers:
    return Leftovers(
        "events",
        deliveries,
        lambda before: and_(is_among(its.state, state), its.ended_at < before),
        (its.ended_at,),
    )


LEFTOVERS = tuple(
    _over(state)
    for state in (DeliveryState.DELIVERED, DeliveryState.STOPPED, DeliveryState.SKIPPED)
)
"""Dead ones stay until somebody decides."""
