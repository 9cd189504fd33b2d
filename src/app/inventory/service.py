from dataclasses import dataclass

from app.inventory.adjust_stock import AdjustStockHandler
from app.inventory.count_stock import CountStockHandler
from app.inventory.find_stock import FindStockHandler
from app.inventory.get_stock import GetStockHandler
from app.inventory.list_movements import ListMovementsHandler
from app.inventory.list_reservations import ListReservationsHandler
from app.inventory.list_stock import ListStockHandler
from app.inventory.release_stock import ReleaseHandler
from app.inventory.reserve_stock import ReserveHandler
from app.inventory.set_stock import SetStockHandler


@dataclass(frozen=True)
class InventoryService:
    """The `Inventory` contract, kept here in this process: one handler for each call."""

    reserve: ReserveHandler
    release: ReleaseHandler
    set_stock: SetStockHandler
    count_stock: CountStockHandler
    adjust_stock: AdjustStockHandler
    get_stock: GetStockHandler
    list_stock: ListStockHandler
    list_movements: ListMovementsHandler
    list_reservations: ListReservationsHandler
    find_stock: FindStockHandler
