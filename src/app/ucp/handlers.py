"""The payment handlers that can be offered, by the id that an instrument names them with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.ucp.presentation import VERSION


@dataclass(frozen=True)
class Handler:
    """`name` is whose specification it follows, in reverse-domain form (UCP section 17).

    Those that move no money are for trying out.
    """

    name: str
    instruments: tuple[str, ...] = ("card",)
    moves_money: bool = False


KNOWN = {
    "mock_payment_handler": Handler("dev.freestone.mock_payment"),
    "google_pay": Handler("com.google.pay"),
    "shop_pay": Handler("dev.shopify.shop_pay", ("shop_pay",)),
    "stripe": Handler("dev.freestone.stripe", moves_money=True),
}


def require_known(ids: Iterable[str]) -> None:
    """Raises `ValueError` for one that is not known."""
    if unknown := [handler_id for handler_id in ids if handler_id not in KNOWN]:
        raise ValueError(f"there is no handler {unknown[0]!r}, only {', '.join(KNOWN)}")


def offered(ids: Iterable[str], *, environment: str) -> tuple[str, ...]:
    """The handlers that may be offered here: those for trying out, outside production (PAY-14).

    Raises `ValueError` for one that is not known.
    """
    ids = tuple(ids)
    require_known(ids)
    return tuple(one for one in ids if KNOWN[one].moves_money or environment != "production")


def registry(ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Handlers as profiles and checkouts list them: by name, each with its id."""
    found: dict[str, list[dict[str, Any]]] = {}
    for handler_id in ids:
        handler = KNOWN[handler_id]
        entry = {
            "id": handler_id,
            "version": VERSION,
            "available_instruments": [{"type": kind} for kind in handler.instruments],
        }
        found.setdefault(handler.name, []).append(entry)
    return found
