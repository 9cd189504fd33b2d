from dataclasses import dataclass

from domain.contracts.inventory import Release, Released
from domain.inventory.ports import Begin
from domain.inventory.reservation import Reservation
from domain.shared.model import Conflict


@dataclass(frozen=True)
class ReleaseHandler:
    begin: Begin

    async def __call__(self, message: Release, /) -> Released:
        async with self.begin() as shelves:
            if reservation := await shelves.find(message.attempt_id):
                to_let_go = reservation.release()
                await shelves.save(reservation)
                await shelves.let_go(to_let_go)
            elif not await shelves.add(Reservation.given_up(message.attempt_id)):
                raise Conflict(message.attempt_id)  # it has just reserved after all
        return Released(attempt_id=message.attempt_id)
