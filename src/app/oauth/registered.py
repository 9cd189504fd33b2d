"""Clients that may come: registered, and not disabled."""

import re

from domain.contracts.identity import (
    ClientDetails,
    ClientId,
    GetClient,
    Identity,
    UnknownClient,
)

CLIENT_ID = re.compile(r"[\x21-\x7e]{1,64}")


def client_id(text: str | None) -> ClientId | None:
    """What could be one."""
    return ClientId(text) if text and CLIENT_ID.fullmatch(text) else None


async def found(identity: Identity, text: str | None) -> ClientDetails | None:
    if (named := client_id(text)) is None:
        return None
    try:
        kept = await identity.get_client(GetClient(client_id=named))
    except UnknownClient:
        return None
    return None if kept.details.is_disabled else kept.details
