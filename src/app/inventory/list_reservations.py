from dataclasses import dataclass

from domain.contracts.inventory import ListReservations, ReservationPage, UnknownCursor
from domain.inventory.ports import Begin
from domain.shared.ids import from_public, public
from domain.shared.pages import bounded, cut
from domain.shared.values import AttemptId

PREFIX = "res"


@dataclass(frozen=True)
class ListReservationsHandler:
    begin: Begin

    async def __call__(self, message: ListReservations, /) -> ReservationPage:
        before = from_public(PREFIX, message.after) if message.after is not None else None
        if message.after is not None and before is None:
            raise UnknownCursor(message.after)
        most = bounded(message.most)
        async with self.begin() as shelves:
            found = await shelves.reservations(AttemptId(before) if before else None, most + 1)
        page, follows = cut(found, most)
        last = public(PREFIX, page[-1].attempt_id) if follows else None
        return ReservationPage(items=tuple(one.details() for one in page), next=last)
