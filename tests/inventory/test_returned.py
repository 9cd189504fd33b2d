"""Goods that come back are heard of by the inventory, however often they are told."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic_core import to_json

from app.house import opened
from app.settings import Settings
from domain.contracts.inventory import Count, GetStock, Inventory, ListMovements, SetStock
from domain.contracts.ordering import GoodsReturned, ReturnedUnits
from domain.shared.ids import uuid7
from domain.shared.values import Sku
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.inventory.builders import an_order, returned

TEA = Sku("TEA")


def posted(event: GoodsReturned) -> Posted:
    """The event as it is told: under an id of its own each time."""
    now = datetime.now(UTC)
    return Posted(
        id=uuid7(now),
        name=event.name,
        aggregate_id=str(event.order_id),
        sequence=1,
        occurred_at=now,
        actor="staff",
        traceparent="",
        body=to_json(event).decode(),
    )


async def test_a_return_that_is_told_twice_is_put_on_the_shelf_once(tmp_path: Path) -> None:
    settings = Settings(**a_shop(tmp_path))
    await migrate(settings)
    event = returned(an_order(), ReturnedUnits(sku=TEA, restocked=2, written_off=1))

    async with opened(settings) as house:
        inventory, inbox = house.contract(Inventory), house.kept("inventory").inbox
        assert inbox
        await inventory.set_stock(SetStock(counts=(Count(sku=TEA, units_on_hand=5),)))
        first = posted(event)
        for told in (first, first, posted(event)):
            await inbox.receive(told)
        stock = await inventory.get_stock(GetStock(sku=TEA))
        history = await inventory.list_movements(ListMovements(sku=TEA))

    assert stock.units_on_hand == 7
    by_reason = {one.reason: one for one in history.items}
    assert by_reason.keys() == {"counted", "returned", "written_off"}
    assert (by_reason["returned"].actor, by_reason["returned"].order_id) == (
        "staff",
        event.order_id,
    )
