"""The payment handlers that can be offered, by the id that an instrument names them with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.ucp.presentation import VERSION, Instrument, Presentation


@dataclass(frozen=True)
class Handler:
    """`name` is whose specification it follows, in reverse-domain form (UCP section 17, NAM-2).

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


NAMES = {one: handler.name for one, handler in KNOWN.items()}


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


def accepted(ids: Iterable[str], brands: tuple[str, ...]) -> dict[str, tuple[Instrument, ...]]:
    """What can be paid with by each: with cards of these brands, or of any."""
    limits = {"card": {"brands": list(brands)}} if brands else {}
    return {
        one: tuple(Instrument(kind, limits.get(kind)) for kind in KNOWN[one].instruments)
        for one in ids
    }


def takes(shown: Presentation, handler_id: str, kind: str, brand: str | None) -> bool:
    """Whether this can be paid with by this handler, as far as is told of it (UCP PAY-3)."""
    own = KNOWN[handler_id].instruments
    ways = shown.instruments.get(handler_id) or tuple(map(Instrument, own))
    return any(way.type == kind and _is_of(way, brand) for way in ways)


def _is_of(way: Instrument, brand: str | None) -> bool:
    brands = (way.constraints or {}).get("brands")
    return not (brands and brand) or brand.lower() in [str(one).lower() for one in brands]


def registry(shown: Presentation) -> dict[str, list[dict[str, Any]]]:
    """Handlers as profiles and checkouts list them: by name, each with its id (UCP PRF-7, PAY-3)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for handler_id in shown.payment_handlers:
        handler = KNOWN[handler_id]
        ways = shown.instruments.get(handler_id) or map(Instrument, handler.instruments)
        entry = {
            "id": handler_id,
            "version": VERSION,
            "available_instruments": [_told(way) for way in ways],
        }
        found.setdefault(handler.name, []).append(entry)
    return found


def _told(way: Instrument) -> dict[str, Any]:
    return {"type": way.type} | ({"constraints": way.constraints} if way.constraints else {})
