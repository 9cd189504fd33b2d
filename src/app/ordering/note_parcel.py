from dataclasses import dataclass

from domain.contracts.fulfillment import ParcelShipped
from domain.contracts.ordering import FulfilmentEvent, LineUnits
from domain.ordering.ports import OrderBook


@dataclass(frozen=True)
class NoteParcel:
    """What left the house is told to whoever looks at the order."""

    async def __call__(self, book: OrderBook, shipped: ParcelShipped, /) -> None:
        parcel = shipped.parcel
        order = await book.order(shipped.order_id)
        order.note(
            FulfilmentEvent(
                event_id=parcel.parcel_id,
                kind="shipped",
                occurred_at=parcel.shipped_at,
                lines=tuple(
                    LineUnits(line_id=line.line_id, units=line.quantity.units)
                    for line in parcel.lines
                ),
                tracking_number=parcel.tracking_number,
                tracking_url=parcel.tracking_url,
                carrier=parcel.carrier,
            )
        )
        await book.save_order(order)
