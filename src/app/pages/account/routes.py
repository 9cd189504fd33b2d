"""The addresses of accounts: who may open them is known by a cookie, or is nobody's secret."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from app.edge.access import declared
from app.edge.gate import Gate
from app.oauth.authorize import Authorization
from app.pages.account.consent import Consent
from app.pages.account.cookies import Cookies
from app.pages.account.entrance import DOORS, FORGOTTEN, Entrance
from app.pages.account.errand import Errands
from app.pages.account.letters import Letters
from app.pages.account.linked import Linked
from app.pages.account.own import OwnAccount
from app.pages.account.reception import Reception
from app.pages.account.signed_in_at import SignedInAt
from app.pages.account.tickets import Tickets
from app.pages.guard import guarded
from app.pages.paper import Paper
from app.settings import Settings
from domain.contracts.identity import BUYER, Identity

PUBLIC: dict[str, Any] = {"openapi_extra": declared("public"), "include_in_schema": False}
SESSION: dict[str, Any] = {"openapi_extra": declared("session"), "include_in_schema": False}
Page = Callable[[Request], Awaitable[Response]]
AT = (
    "account",
    "authorize",
    "confirm",
    "forgot",
    "reset",
    "sign-in",
    "sign-out",
    "sign-up",
    "staff",
)
"""How the addresses of these pages begin."""


def is_at(path: str) -> bool:
    """Whether this is the address of a page about an account."""
    return path.removeprefix("/").partition("/")[0] in AT


def router(
    identity: Identity, authorization: Authorization, paper: Paper, gate: Gate, settings: Settings
) -> APIRouter:
    routes = APIRouter(route_class=guarded(paper, gate))
    reception = Reception(identity, paper, Cookies(settings.base_url))
    errands = Errands(authorization)
    for kind, door in DOORS.items():
        entrance, letters = Entrance(reception, errands, kind), Letters(reception, errands, kind)
        _add(routes, door, PUBLIC, entrance.show, entrance.enter)
        _add(routes, FORGOTTEN[kind], PUBLIC, letters.show_forgotten, letters.forgotten)
    leaving, letters = Entrance(reception, errands, BUYER), Letters(reception, errands)
    tickets = Tickets(reception)
    _add(routes, "/sign-out", PUBLIC, None, leaving.leave)
    _add(routes, "/sign-up", PUBLIC, letters.show_sign_up, letters.sign_up)
    _add(routes, "/confirm", PUBLIC, tickets.show_confirm, tickets.confirm)
    _add(routes, "/reset", PUBLIC, tickets.show_reset, tickets.reset)
    consent = Consent(reception, authorization, lambda: datetime.now(UTC))
    _add(routes, "/authorize", PUBLIC, consent.show, consent.decide)
    own, linked, at = OwnAccount(reception), Linked(reception), SignedInAt(reception)
    _add(routes, "/account", SESSION, own.show, None)
    _add(routes, "/account/password", SESSION, None, own.change_password)
    _add(routes, "/account/close", SESSION, None, own.close)
    _add(routes, "/account/platforms", SESSION, linked.show, linked.unlink)
    _add(routes, "/account/sessions", SESSION, at.show, at.end)
    return routes


def _add(
    routes: APIRouter, path: str, access: dict[str, Any], shown: Page | None, sent: Page | None
) -> None:
    """A page, and what its form does."""
    if shown:
        routes.add_api_route(path, shown, methods=["GET", "HEAD"], **access)
    if sent:
        routes.add_api_route(path, sent, methods=["POST"], **access)
