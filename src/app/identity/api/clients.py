"""Clients: platforms that send buyers, applications of staff, and who asks what a token is."""

from urllib.parse import quote

from fastapi import APIRouter, Response

from app.edge.authority import Asking
from app.edge.desk import After, IfMatch, Most, Page, etag, staff
from app.identity.api.bodies import AboutClientBody, ClientBody, KeptClientBody, RegisteredBody
from domain.contracts.identity import (
    ClientChanged,
    ClientExists,
    ClientId,
    ClientRegistered,
    GetClient,
    Identity,
    ListClients,
    RegisterClient,
    RenewSecret,
    UnfitClient,
    UnknownClient,
    UnknownPlace,
    UpdateClient,
)

ALL, ONE = "/clients", "/clients/{client_id}"
READ, WRITE = "identity:read", "identity:write"
CREATED = staff("register_client", WRITE, ClientExists, UnfitClient, status=201, tagged=True)
UPDATED = staff("update_client", WRITE, UnknownClient, UnfitClient, ClientChanged, tagged=True)
RENEWED = staff("renew_secret", WRITE, UnknownClient, UnfitClient, tagged=True)


def add(routes: APIRouter, identity: Identity) -> None:
    @routes.get(ALL, **staff("list_clients", READ, UnknownPlace))
    async def list_clients(after: After = None, limit: Most = 20) -> Page[KeptClientBody]:
        """In the order of their ids."""
        page = await identity.list_clients(ListClients(after=after, most=limit))
        return Page(items=tuple(map(KeptClientBody.shown, page.items)), next=page.next)

    @routes.post(ALL, **CREATED)
    async def register_client(
        body: ClientBody, asking: Asking, response: Response
    ) -> RegisteredBody:
        """Know a client from now on. Its secret is told in this answer, and never again."""
        asking.require(body.scopes)
        made = await identity.register_client(RegisterClient(details=body.of(body.client_id)))
        response.headers["location"] = f"/v1/clients/{quote(body.client_id, safe='')}"
        return _told(made, response)

    @routes.get(ONE, **staff("get_client", READ, UnknownClient, tagged=True))
    async def get_client(client_id: str, response: Response) -> KeptClientBody:
        """One client; the version is in the `ETag`."""
        kept = await identity.get_client(GetClient(client_id=ClientId(client_id)))
        response.headers["etag"] = etag(kept.version)
        return KeptClientBody.shown(kept)

    @routes.put(ONE, **UPDATED)
    async def update_client(
        client_id: str, body: AboutClientBody, version: IfMatch, asking: Asking, response: Response
    ) -> KeptClientBody:
        """Put this in place of all that is known. A scope that is taken away is gone from what was
        granted, too.
        """
        known = await identity.get_client(GetClient(client_id=ClientId(client_id)))
        asking.require((*known.details.scopes, *body.scopes))
        seen = known.version if version is None else version
        kept = await identity.update_client(UpdateClient(details=body.of(client_id), version=seen))
        response.headers["etag"] = etag(kept.version)
        return KeptClientBody.shown(kept)

    @routes.post(f"{ONE}/secret", **RENEWED)
    async def renew_secret(client_id: str, asking: Asking, response: Response) -> RegisteredBody:
        """Give it another secret, which is told this once; the one before opens nothing any more."""
        known = await identity.get_client(GetClient(client_id=ClientId(client_id)))
        asking.require(known.details.scopes)
        return _told(
            await identity.renew_secret(RenewSecret(client_id=ClientId(client_id))), response
        )


def _told(made: ClientRegistered, response: Response) -> RegisteredBody:
    response.headers["etag"] = etag(made.client.version)
    response.headers["cache-control"] = "no-store"
    kept = made.client
    return RegisteredBody(
        **vars(kept.details), registered_at=kept.registered_at, secret=made.secret
    )
