"""What lies on the shelf, for whoever looks after it: `/v1/stock`."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from app.edge.desk import After, Body, Desk, IdempotencyKey, Most, Page, Whole, staff
from domain.contracts.inventory import (
    ADJUSTMENT_REASONS,
    COUNT_REASONS,
    AdjustStock,
    CountStock,
    GetStock,
    Inventory,
    KeyReused,
    ListMovements,
    ListStock,
    Movement,
    TooFewOnHand,
    TooManyOnHand,
    UnfitAdjustment,
    UnfitCount,
    UnknownCursor,
    UnknownSku,
)
from domain.shared.ids import public
from domain.shared.values import Sku

DAMAGED: dict[str, Any] = {"units": -2, "reason": "damaged", "note": "Fell off the shelf"}
COUNTED: dict[str, Any] = {"units_on_hand": 120, "reason": "counted"}
STANDING: dict[str, Any] = {
    "sku": "TEA-100G",
    "units_on_hand": 118,
    "units_held": 3,
    "units_allocated": 15,
    "units_available": 100,
}
MOVED: dict[str, Any] = {
    "id": "mov_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f",
    "sku": "TEA-100G",
    "reason": "returned",
    "units": 1,
    "units_before": 117,
    "units_after": 118,
    "moved_at": "2026-04-08T12:00:00Z",
    "actor": "staff",
    "note": "",
    "key": "ret_0198c1f2a3b47c5d8e9f0a1b2c3d4e60",
    "order_id": "ord_0198c1f2a3b47c5d8e9f0a1b2c3d4e61",
}
NOTE = Field("", max_length=500, description="One line, for whoever reads the history.")


class StockBody(Body):
    """Units of one SKU: on the shelf, held by attempts to buy, allocated to orders, and left."""

    model_config = ConfigDict(json_schema_extra={"examples": [STANDING]})

    sku: str
    units_on_hand: int
    units_held: int
    units_allocated: int
    units_available: int


class CountBody(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [COUNTED]})

    units_on_hand: Whole
    reason: str = Field("counted", json_schema_extra={"enum": list(COUNT_REASONS)})
    note: str = NOTE


class AdjustmentBody(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [DAMAGED]})

    units: Whole = Field(description="How many more or, below nothing, fewer.")
    reason: str = Field(json_schema_extra={"enum": list(ADJUSTMENT_REASONS)})
    note: str = NOTE


class MovementBody(Body):
    """`reason` is one of those of counts and adjustments, `shipped`, `returned`, `written_off` or
    `not_returned`; others may follow. `key` names the count, adjustment, parcel or return.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [MOVED]})

    id: str
    sku: str
    reason: str
    units: int
    units_before: int
    units_after: int
    moved_at: datetime
    actor: str
    note: str
    key: str | None
    order_id: str | None


def router(inventory: Inventory, desk: Desk) -> APIRouter:
    routes = desk.routes("inventory")

    @routes.get("/stock", **staff("list_stock", "inventory:read", UnknownCursor))
    async def list_stock(after: After = None, limit: Most = 20) -> Page[StockBody]:
        """Everything that was ever counted, by SKU."""
        page = await inventory.list_stock(ListStock(after=after, most=limit))
        return Page(items=tuple(map(StockBody.model_validate, page.items)), next=page.next)

    one = "/stock/{sku:path}"

    @routes.get(
        f"{one}/history", **staff("list_movements", "inventory:read", UnknownSku, UnknownCursor)
    )
    async def list_movements(sku: str, after: After = None, limit: Most = 20) -> Page[MovementBody]:
        """How the shelf came to be as it is, the newest first."""
        message = ListMovements(sku=Sku(sku), after=after, most=limit)
        page = await inventory.list_movements(message)
        return Page(items=tuple(map(_shown, page.items)), next=page.next)

    @routes.get(one, **staff("get_stock", "inventory:read", UnknownSku))
    async def get_stock(sku: str) -> StockBody:
        """What there is of one SKU."""
        return StockBody.model_validate(await inventory.get_stock(GetStock(sku=Sku(sku))))

    @routes.put(one, **staff("count_stock", "inventory:write", KeyReused, UnfitCount))
    async def count_stock(sku: str, body: CountBody, key: IdempotencyKey) -> StockBody:
        """Say what was counted on the shelf; a SKU is known once it was counted."""
        message = CountStock(
            key=key,
            sku=Sku(sku),
            units_on_hand=body.units_on_hand,
            reason=body.reason,
            note=body.note,
        )
        return StockBody.model_validate(await inventory.count_stock(message))

    refusals = (UnknownSku, TooFewOnHand, TooManyOnHand, KeyReused, UnfitAdjustment)

    @routes.post(f"{one}/adjustments", **staff("adjust_stock", "inventory:write", *refusals))
    async def adjust_stock(sku: str, body: AdjustmentBody, key: IdempotencyKey) -> StockBody:
        """Put units on the shelf, or take them off, and be told what there is now."""
        message = AdjustStock(
            key=key, sku=Sku(sku), units=body.units, reason=body.reason, note=body.note
        )
        return StockBody.model_validate(await inventory.adjust_stock(message))

    return routes


def _shown(movement: Movement) -> MovementBody:
    return MovementBody(
        id=movement.movement_id,
        sku=movement.sku,
        reason=movement.reason,
        units=movement.units,
        units_before=movement.units_on_hand - movement.units,
        units_after=movement.units_on_hand,
        moved_at=movement.moved_at,
        actor=movement.actor,
        note=movement.note,
        key=movement.key,
        order_id=public("ord", movement.order_id) if movement.order_id else None,
    )
