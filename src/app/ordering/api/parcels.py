from fastapi import APIRouter, Response

from app.edge.desk import IdempotencyKey, staff
from app.ordering.api.said import OrderNamed, ParcelBody
from app.ordering.api.shown_returns import SentParcelBody, ShipmentBody
from domain.contracts.fulfillment import (
    AlreadyCancelled,
    FindShipment,
    Fulfillment,
    KeyReused,
    MoreThanOrdered,
    NoShipment,
    Ship,
    ShippedLine,
    UnfitParcel,
)
from domain.shared.ids import public
from domain.shared.values import Quantity

REFUSALS = (NoShipment, MoreThanOrdered, AlreadyCancelled, KeyReused, UnfitParcel)


def add(routes: APIRouter, fulfillment: Fulfillment) -> None:
    @routes.get(
        "/orders/{order_id}/shipments", **staff("list_shipments", "fulfillment:read", NoShipment)
    )
    async def list_shipments(order_id: OrderNamed) -> ShipmentBody:
        """What is to be shipped of an order, and the parcels that were."""
        return ShipmentBody.of(await fulfillment.find_shipment(FindShipment(order_id=order_id)))

    @routes.post(
        "/orders/{order_id}/shipments",
        **staff("ship_order", "fulfillment:write", *REFUSALS, status=201),
    )
    async def ship_order(
        order_id: OrderNamed, key: IdempotencyKey, body: ParcelBody, response: Response
    ) -> SentParcelBody:
        """A parcel has left: with these lines, or with all that was left where none is named.

        Stock leaves the shelf and money is captured afterwards.
        """
        message = Ship(
            order_id=order_id,
            key=key,
            lines=tuple(
                ShippedLine(line_id=line.line_id, quantity=Quantity(line.units))
                for line in body.lines
            ),
            carrier=body.carrier,
            tracking_number=body.tracking_number,
            tracking_url=body.tracking_url,
        )
        shipped = await fulfillment.ship(message)
        response.headers["location"] = f"/v1/orders/{public('ord', order_id)}/shipments"
        return SentParcelBody.of(shipped.parcel)
