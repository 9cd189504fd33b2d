"""What staff may do with those who may do something, over HTTP."""

from fastapi import APIRouter

from app.edge.desk import Desk
from app.identity.api import api_keys, audit, clients, members
from domain.contracts.identity import Identity


def router(identity: Identity, desk: Desk) -> APIRouter:
    routes = desk.routes("identity")
    members.add(routes, identity)
    clients.add(routes, identity)
    api_keys.add(routes, identity)
    audit.add(routes, identity)
    return routes
