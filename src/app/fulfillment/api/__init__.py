"""What staff may do with what delivering costs, over HTTP."""

from fastapi import APIRouter

from app.edge.desk import Desk
from app.fulfillment.api.pickup_places import add_pickup_places
from app.fulfillment.api.shipping_rates import add_shipping_rates
from domain.contracts.fulfillment import Fulfillment


def router(fulfillment: Fulfillment, desk: Desk) -> APIRouter:
    routes = desk.routes("fulfillment")
    add_pickup_places(routes, fulfillment)
    add_shipping_rates(routes, fulfillment)
    return routes
