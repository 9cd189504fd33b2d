"""What others are told, for staff."""

from fastapi import APIRouter

from app.edge.desk import Desk
from app.notifications.api import deliveries, subscriptions
from domain.contracts.notifications import Notifications


def router(notifications: Notifications, desk: Desk) -> APIRouter:
    routes = desk.routes("notifications")
    deliveries.add(routes, notifications)
    subscriptions.add(routes, notifications)
    return routes
