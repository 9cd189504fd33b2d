"""Who works for a shop that is tested, or sends it buyers: they are given keys as everybody is."""

from collections.abc import Mapping
from typing import Any

from app.house import opened
from app.settings import CONTEXTS, Settings
from domain.contracts.identity import (
    NONE,
    PLATFORM,
    SHOPPING_SCOPES,
    STAFF_SCOPES,
    ClientDetails,
    ClientId,
    Identity,
    MakeApiKey,
    RegisterClient,
)
from infrastructure.shared.envelope import Envelope, carrying

SECONDS = 30.0
Told = Settings | Mapping[str, Any]


async def hired(told: Told, *scopes: str, name: str = "test") -> str:
    """The API key of a machine that may do all there is, or what the scopes say. Tables are there."""
    async with opened(_settings(told)) as house:
        patience = Envelope.opened(actor="test", seconds=SECONDS)
        identity = house.contract(Identity)
        with carrying(patience):
            made = await identity.make_api_key(MakeApiKey(name=name, scopes=scopes or STAFF_SCOPES))
    assert made.key
    return made.key


async def registered(told: Told, client_id: str = "agent", profile_url: str | None = None) -> str:
    """The API key of a platform."""
    details = ClientDetails(
        client_id=ClientId(client_id),
        name=client_id,
        kind=PLATFORM,
        redirect_uris=("https://agent.example/back",),
        auth_method=NONE,
        scopes=SHOPPING_SCOPES,
        profile_url=profile_url,
    )
    async with opened(_settings(told)) as house:
        patience = Envelope.opened(actor="test", seconds=SECONDS)
        identity = house.contract(Identity)
        with carrying(patience):
            await identity.register_client(RegisterClient(details=details))
            made = await identity.make_api_key(
                MakeApiKey(name=client_id, client_id=details.client_id)
            )
    assert made.key
    return made.key


def _settings(told: Told) -> Settings:
    """As the environment would say them: a setting of one context begins with its name."""
    if isinstance(told, Settings):
        return told
    nested: dict[str, Any] = {}
    for name, value in told.items():
        context, _, rest = name.partition("_")
        if context in CONTEXTS and rest:
            nested.setdefault(context, {})[rest] = value
        else:
            nested[name] = value
    return Settings(**nested)
