from dataclasses import dataclass

from domain.contracts.inventory import CountStock, Stock
from domain.inventory.movement import found
from domain.inventory.ports import Begin
from domain.shared.model import Conflict


@dataclass(frozen=True)
class CountStockHandler:
    """The movement is written first, also where the count finds what was known: a late twin of the
    call is turned away there, and undoes nothing.
    """

    begin: Begin

    async def __call__(self, message: CountStock, /) -> Stock:
        finding = found(message)
        async with self.begin() as shelves:
            if not await shelves.count_once(finding):
                known = await shelves.find_counted(finding)
                if known is None:
                    raise Conflict(message.key)  # it was refused after all
                known.require_same(finding)
            (item,) = await shelves.items([message.sku])
        return item.details()
