"""Orders, their parcels, their returns and the attempts to place them: for staff, under `/v1`."""

from fastapi import APIRouter

from app.edge.desk import Desk
from app.ordering.api import attempts, orders, parcels, return_steps, returns
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.ordering import Ordering


def router(ordering: Ordering, fulfillment: Fulfillment, desk: Desk) -> APIRouter:
    routes = desk.routes("ordering")
    orders.add(routes, ordering)
    parcels.add(routes, fulfillment)
    returns.add(routes, ordering)
    return_steps.add(routes, ordering)
    attempts.add(routes, ordering)
    return routes
