"""Where pages end, and the next begin."""

from uuid import UUID

from domain.contracts.identity import UnknownPlace


def place(after: str | None) -> UUID | None:
    """Refuses with `UnknownPlace`."""
    try:
        return UUID(after) if after is not None else None
    except ValueError as strange:
        raise UnknownPlace(after or "") from strange
