from dataclasses import dataclass

from domain.contracts.payments import AuthorisationLapsing
from domain.ordering.ports import OrderBook
from domain.shared.model import NotFound


@dataclass(frozen=True)
class WarnOfLapse:
    """The money of an order will be let go of soon: whoever is to send its goods is told."""

    async def __call__(self, book: OrderBook, lapsing: AuthorisationLapsing, /) -> None:
        try:
            order = await book.order(lapsing.order_id)
        except NotFound:
            return  # held for an attempt that came to no order: recovery lets go of it
        order.warn_of_lapse(lapsing.lapses_at)
        await book.save_order(order)
