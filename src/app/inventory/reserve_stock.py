from dataclasses import dataclass

from domain.contracts.inventory import Reserve, Reserved
from domain.inventory.ports import Begin
from domain.inventory.reservation import Reservation
from domain.shared.model import Conflict


@dataclass(frozen=True)
class ReserveHandler:
    """The reservation is written first, so that a twin of the call is turned away there; the
    shelves, which many want, come last.
    """

    begin: Begin

    async def __call__(self, message: Reserve, /) -> Reserved:
        reservation = Reservation.made(message.attempt_id, message.lines)
        async with self.begin() as shelves:
            if await shelves.add(reservation):
                for portion in reservation.portions:
                    await shelves.hold(portion)
                return Reserved(attempt_id=message.attempt_id, lines=reservation.lines)
            known = await shelves.find(message.attempt_id)
        if known is None:
            raise Conflict(message.attempt_id)
        known.require_same(message.lines)
        return Reserved(attempt_id=message.attempt_id, lines=known.lines)
