from dataclasses import dataclass

from app.fulfillment.cancel_shipment import CancelHandler
from app.fulfillment.create_shipping_rate import CreateShippingRateHandler
from app.fulfillment.delete_shipping_rate import DeleteShippingRateHandler
from app.fulfillment.find_options import FindOptionsHandler
from app.fulfillment.find_pickup_places import FindPickupPlacesHandler
from app.fulfillment.find_shipment import FindShipmentHandler
from app.fulfillment.get_shipping_rate import GetShippingRateHandler
from app.fulfillment.list_shipping_rates import ListShippingRatesHandler
from app.fulfillment.put_pickup_places import PutPickupPlacesHandler
from app.fulfillment.put_shipping_rates import PutShippingRatesHandler
from app.fulfillment.ship_goods import ShipHandler
from app.fulfillment.update_shipping_rate import UpdateShippingRateHandler


@dataclass(frozen=True)
class FulfillmentService:
    """The `Fulfillment` contract, kept here in this process: one handler for each call."""

    put_shipping_rates: PutShippingRatesHandler
    create_shipping_rate: CreateShippingRateHandler
    get_shipping_rate: GetShippingRateHandler
    list_shipping_rates: ListShippingRatesHandler
    update_shipping_rate: UpdateShippingRateHandler
    delete_shipping_rate: DeleteShippingRateHandler
    find_options: FindOptionsHandler
    put_pickup_places: PutPickupPlacesHandler
    find_pickup_places: FindPickupPlacesHandler
    ship: ShipHandler
    cancel: CancelHandler
    find_shipment: FindShipmentHandler
