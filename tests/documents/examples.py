"""Things as they may look, made from nothing but their types: the same each time."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Any, Literal, NewType, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.shared.values import Money, Quantity

NOON = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)
AN_ID = UUID("019d6c3e-4a00-7000-8000-000000000001")
WORDS = {
    "sku": "bouquet_roses",
    "currency": "USD",
    "email": "ada@example.com",
    "name": "Ada",
    "key": "parcel-1",
    "reason": "Too late.",
    "carrier": "UPS",
    "address_country": "US",
    "address_region": "IL",
    "address_locality": "Springfield",
    "postal_code": "62704",
    "street_address": "1 Main St",
    "client": "florist",
}
PLAIN: dict[Any, Any] = {
    UUID: AN_ID,
    datetime: NOON,
    date: NOON.date(),
    bool: True,
    int: 1,
    float: 1.5,
    Money: Money(1999, "USD"),
    Quantity: Quantity(2),
}


def example(hint: Any, name: str = "") -> Any:
    """One value of a type; of what may be missing, one that is there."""
    if isinstance(hint, NewType):
        return example(hint.__supertype__, name or hint.__name__.lower())
    if hint in PLAIN:
        return PLAIN[hint]
    if hint is str:
        return WORDS.get(name, "https://example.com/" if name.endswith("url") else f"a-{name}")
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    parts = [part for part in get_args(hint) if part not in (NoneType, ...)]
    if get_origin(hint) is tuple:
        return tuple(example(part, name) for part in parts)
    if parts:
        return example(parts[0], name)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{one.name: example(hints[one.name], one.name) for one in fields(hint)})
    raise TypeError(f"there is no example of {hint}")
