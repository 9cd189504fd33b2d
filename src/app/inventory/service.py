from dataclasses import dataclass

from app.inventory.find_stock import FindStockHandler
from app.inventory.release_stock import ReleaseHandler
from app.inventory.reserve_stock import ReserveHandler
from app.inventory.set_stock import SetStockHandler


@dataclass(frozen=True)
class InventoryService:
    """The `Inventory` contract, kept here in this process: one handler for each call."""

    reserve: ReserveHandler
    release: ReleaseHandler
    set_stock: SetStockHandler
    find_stock: FindStockHandler
