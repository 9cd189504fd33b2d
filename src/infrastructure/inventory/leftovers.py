"""What inventory keeps of attempts that came to nothing is not for ever."""

from sqlalchemy import and_

from domain.inventory.reservation import ReservationState
from domain.shared.ids import earliest_uuid7
from infrastructure.inventory.tables import lines, reservations
from infrastructure.shared.database.columns import is_among
from infrastructure.shared.routines.purge import Leftovers

RELEASED = Leftovers(
    "attempts",
    reservations,
    lambda before: and_(
        is_among(reservations.c.state, ReservationState.RELEASED),
        reservations.c.attempt_id < earliest_uuid7(before),
    ),
    (reservations.c.attempt_id,),
    parts=(lines,),
)
"""Tombstones, lest an attempt reserve too late: no call of it is under way after so long."""
LEFTOVERS = (RELEASED,)
