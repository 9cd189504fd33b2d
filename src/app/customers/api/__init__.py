"""What staff may do with customers, over HTTP."""

from fastapi import APIRouter

from app.customers.api.customers import add_customers
from app.edge.desk import Desk
from domain.contracts.customers import Customers


def router(customers: Customers, desk: Desk) -> APIRouter:
    routes = desk.routes("customers")
    add_customers(routes, customers)
    return routes
