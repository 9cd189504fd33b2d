"""What is written down of a change on the shelves."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from domain.contracts.inventory import Count, Movement
from domain.inventory.movement import Cause, Change, Finding
from domain.shared.ids import public, uuid7
from infrastructure.shared.clock import utc_now
from infrastructure.shared.envelope import current

ACTOR_LENGTH = 200


def movement_row(change: Change, units_on_hand: int) -> dict[str, Any]:
    """A new row, that says who did it and when."""
    cause, now = change.cause, utc_now()
    return {
        "movement_id": uuid7(now),
        "sku": change.sku,
        "reason": cause.reason,
        "units": change.units,
        "units_on_hand": units_on_hand,
        "note": cause.note,
        "reference": cause.reference,
        "key": cause.key,
        "order_id": cause.order_id,
        "actor": current().actor[:ACTOR_LENGTH],
        "moved_at": now,
    }


def change_of(row: RowMapping) -> Change:
    return Change(row["sku"], row["units"], _cause(row))


def finding_of(row: RowMapping) -> Finding:
    return Finding(Count(sku=row["sku"], units_on_hand=row["units_on_hand"]), _cause(row))


def movement_of(row: RowMapping) -> Movement:
    movement_id: UUID = row["movement_id"]
    return Movement(
        movement_id=public("mov", movement_id),
        sku=row["sku"],
        reason=row["reason"],
        units=row["units"],
        units_on_hand=row["units_on_hand"],
        moved_at=row["moved_at"],
        actor=row["actor"],
        note=row["note"],
        key=row["reference"],
        order_id=row["order_id"],
    )


def _cause(row: RowMapping) -> Cause:
    return Cause(
        reason=row["reason"],
        note=row["note"],
        reference=row["reference"],
        key=row["key"],
        order_id=row["order_id"],
    )
