"""What staff may do with price rules, over HTTP."""

from fastapi import APIRouter

from app.edge.desk import Desk
from app.pricing.api.discounts import add_discounts
from app.pricing.api.promotions import add_promotions
from app.pricing.api.tax_rates import add_tax_rates
from domain.contracts.pricing import Pricing


def router(pricing: Pricing, desk: Desk) -> APIRouter:
    routes = desk.routes("pricing")
    add_discounts(routes, pricing)
    add_promotions(routes, pricing)
    add_tax_rates(routes, pricing)
    return routes
