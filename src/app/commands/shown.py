"""Things as everybody sees them: by the same ids as over the merchant API."""

from typing import Any
from uuid import UUID

from domain.shared.ids import public

KINDS = {"attempt_id": "att", "checkout_id": "chk", "order_id": "ord"}


def shown(thing: object) -> dict[str, Any]:
    """What a contract tells of a thing, part by part."""
    return {
        name: public(KINDS[name], part) if name in KINDS and isinstance(part, UUID) else part
        for name, part in vars(thing).items()
    }
