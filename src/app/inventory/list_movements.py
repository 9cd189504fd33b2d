from dataclasses import dataclass
from uuid import UUID

from domain.contracts.inventory import (
    MOST_OF_A_PAGE,
    ListMovements,
    MovementPage,
    UnknownCursor,
    UnknownSku,
)
from domain.inventory.ports import Begin
from domain.shared.ids import from_public
from domain.shared.values import is_sku


@dataclass(frozen=True)
class ListMovementsHandler:
    begin: Begin

    async def __call__(self, message: ListMovements, /) -> MovementPage:
        if not is_sku(message.sku):
            raise UnknownSku(message.sku)
        before = _before(message.after)
        most = max(1, min(message.most, MOST_OF_A_PAGE))
        async with self.begin() as shelves:
            if not await shelves.items([message.sku]):
                raise UnknownSku(message.sku)
            found = await shelves.movements(message.sku, before, most + 1)
        items = tuple(found[:most])
        return MovementPage(items=items, next=items[-1].movement_id if len(found) > most else None)


def _before(after: str | None) -> UUID | None:
    if after is None:
        return None
    if not (movement_id := from_public("mov", after)):
        raise UnknownCursor(after)
    return movement_id
