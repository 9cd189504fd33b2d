from dataclasses import dataclass

from app.fulfillment.cancel_shipment import CancelHandler
from app.fulfillment.find_options import FindOptionsHandler
from app.fulfillment.put_shipping_rates import PutShippingRatesHandler
from app.fulfillment.ship_goods import ShipHandler


@dataclass(frozen=True)
class FulfillmentService:
    """The `Fulfillment` contract, kept here in this process: one handler for each call."""

    put_shipping_rates: PutShippingRatesHandler
    find_options: FindOptionsHandler
    ship: ShipHandler
    cancel: CancelHandler
