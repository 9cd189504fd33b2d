"""Shipping at the push of a button, for those who try the shop out (INTEROP 7)."""

from asyncio import get_running_loop, sleep

from fastapi import APIRouter, Response

from app.ucp.access import SIMULATION, Doors
from app.ucp.errors import Refused
from app.ucp.guard import guarded
from app.ucp.order_routes import order_named, said
from app.ucp.presentation import Presentation
from domain.contracts.fulfillment import Fulfillment, NoShipment, Ship
from domain.contracts.ordering import FindOrder, OrderDetails, Ordering, UnknownOrder
from domain.shared.values import OrderId

PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.05


def router(
    ordering: Ordering, fulfillment: Fulfillment, doors: Doors, shown: Presentation
) -> APIRouter:
    routes = APIRouter(tags=["testing"], route_class=guarded(doors, shown))

    @routes.post(
        "/testing/simulate-shipping/{order_id}",
        operation_id="simulate_shipping",
        openapi_extra=SIMULATION,
        response_class=Response,
    )
    async def simulate_shipping(order_id: str) -> Response:
        """Ship all of an order, and say how it stands. Again, it stays as it is."""
        try:
            name = order_named(order_id)
            await ordering.find_order(FindOrder(order_id=name))
        except UnknownOrder:
            raise Refused(404, "not_found", "There is no such order: not found.") from None
        await _ship(fulfillment, name)
        return said(await _shipped(ordering, name), shown)

    return routes


async def _ship(fulfillment: Fulfillment, order_id: OrderId) -> None:
    """Its shipment is opened by an event, which may be on its way still."""
    parcel = f"SIMULATED-{order_id.hex[-12:].upper()}"
    message = Ship(
        order_id=order_id,
        key="simulation",
        carrier="Simulated Carrier",
        tracking_number=parcel,
        tracking_url=f"https://carrier.example/{parcel}",
    )
    patience = get_running_loop().time() + PATIENCE_SECONDS
    while True:
        try:
            await fulfillment.ship(message)
        except NoShipment:
            if get_running_loop().time() > patience:
                raise
            await sleep(PAUSE_SECONDS)
        else:
            return


async def _shipped(ordering: Ordering, order_id: OrderId) -> OrderDetails:
    """The order once it has heard of its parcel, or as it is when that takes too long."""
    patience = get_running_loop().time() + PATIENCE_SECONDS
    while True:
        details = await ordering.find_order(FindOrder(order_id=order_id))
        is_told = any(event.kind == "shipped" for event in details.events)
        if is_told or get_running_loop().time() > patience:
            return details
        await sleep(PAUSE_SECONDS)
