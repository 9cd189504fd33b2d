"""API keys: of machines of the shop, and of platforms."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.edge.authority import Asking
from app.edge.desk import After, Most, Page, staff
from app.identity.api.bodies import ApiKeyBody, MadeApiKeyBody, NewApiKeyBody
from domain.contracts.identity import (
    ClientId,
    EndApiKey,
    Identity,
    KeyId,
    ListApiKeys,
    MakeApiKey,
    UnfitApiKey,
    UnknownApiKey,
    UnknownClient,
    UnknownPlace,
)

ALL, ONE = "/api-keys", "/api-keys/{key_id}"
READ, WRITE = "identity:read", "identity:write"


def add(routes: APIRouter, identity: Identity) -> None:
    @routes.get(ALL, **staff("list_api_keys", READ, UnknownPlace))
    async def list_api_keys(after: After = None, limit: Most = 20) -> Page[ApiKeyBody]:
        """In the order in which they were made, ended ones too: how each begins, not what it is."""
        page = await identity.list_api_keys(ListApiKeys(after=after, most=limit))
        return Page(items=tuple(map(ApiKeyBody.of, page.items)), next=page.next)

    @routes.post(ALL, **staff("make_api_key", WRITE, UnfitApiKey, UnknownClient, status=201))
    async def make_api_key(
        body: NewApiKeyBody, asking: Asking, response: Response
    ) -> MadeApiKeyBody:
        """Make a key. It is told in this answer, and never again."""
        asking.require(body.scopes)
        made = await identity.make_api_key(
            MakeApiKey(
                name=body.name,
                scopes=body.scopes,
                client_id=None if body.client_id is None else ClientId(body.client_id),
                expires_at=body.expires_at,
            )
        )
        response.headers["location"] = f"/v1/api-keys/{made.details.key_id}"
        response.headers["cache-control"] = "no-store"
        return MadeApiKeyBody(**dict(ApiKeyBody.of(made.details)), key=made.key)

    @routes.delete(ONE, **staff("end_api_key", WRITE, UnknownApiKey, status=204))
    async def end_api_key(key_id: UUID) -> None:
        """It opens nothing from then on, within a second. Ending it again changes nothing."""
        await identity.end_api_key(EndApiKey(key_id=KeyId(key_id)))
