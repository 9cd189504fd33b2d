from copy import copy
from datetime import datetime
from json import dumps, loads
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import ClientDetails, ClientId, UnknownClient
from domain.identity.client import Client
from domain.identity.client_fitness import is_client_id
from domain.shared.ids import first_version
from domain.shared.model import Conflict
from infrastructure.identity.tables import assertions, clients
from infrastructure.shared.database.inserts import insert_new

MOST_OF_A_PROFILE = 50


class SqlClients:
    """The clients in a transaction; it remembers what it loaded, so as to write what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[ClientId, Client] = {}

    async def find(self, client_id: ClientId) -> Client | None:
        if not is_client_id(client_id):
            return None  # not every database can even be asked for it
        one = select(clients).where(clients.c.client_id == client_id)
        row = (await self._connection.execute(one)).mappings().first()
        return self._remember(row) if row else None

    async def get(self, client_id: ClientId) -> Client:
        if not (found := await self.find(client_id)):
            raise UnknownClient(client_id)
        return found

    async def page(self, after: str | None, most: int) -> list[Client]:
        some = select(clients).order_by(clients.c.client_id).limit(most)
        if after is not None:
            some = some.where(clients.c.client_id > after)
        return [self._remember(row) for row in (await self._connection.execute(some)).mappings()]

    async def of_profile(self, profile_url: str) -> list[Client]:
        """There are few: whoever is registered has been by hand. Not every engine tells cases apart."""
        some = select(clients).where(clients.c.profile_url == profile_url).limit(MOST_OF_A_PROFILE)
        found = [self._remember(row) for row in (await self._connection.execute(some)).mappings()]
        return [client for client in found if client.details.profile_url == profile_url]

    async def save(self, client: Client) -> None:
        if client == self._loaded.get(client.client_id):
            return
        version = client.version + 1 if client.version else first_version()
        row = _row(client, version)
        if client.version:
            its = clients.c
            unchanged = (its.client_id == client.client_id, its.version == client.version)
            one = update(clients).where(*unchanged).values(row)
            if not (await self._connection.execute(one)).rowcount:
                raise Conflict(client.client_id)
        else:
            try:
                await self._connection.execute(insert(clients).values(row))
            except IntegrityError as taken:
                raise Conflict(client.client_id) from taken
        client.version = version
        self._loaded[client.client_id] = copy(client)

    async def note(self, client_id: ClientId, name_digest: str, expires_at: datetime) -> bool:
        row = {"client_id": client_id, "name_digest": name_digest, "expires_at": expires_at}
        return await insert_new(self._connection, assertions, row)

    def _remember(self, row: RowMapping) -> Client:
        found = Client(
            details=client_of(row),
            secret_digest=row["secret_digest"],
            registered_at=row["registered_at"],
            version=row["version"],
        )
        self._loaded[found.client_id] = copy(found)
        return found


def client_of(row: RowMapping, prefix: str = "") -> ClientDetails:
    """From a row where its columns are called so, behind a prefix."""
    return ClientDetails(
        client_id=ClientId(row[f"{prefix}client_id"]),
        name=row[f"{prefix}name"],
        kind=row[f"{prefix}kind"],
        redirect_uris=tuple(loads(row[f"{prefix}redirect_uris"])),
        auth_method=row[f"{prefix}auth_method"],
        public_keys=row[f"{prefix}public_keys"],
        scopes=tuple(row[f"{prefix}scopes"].split()),
        profile_url=row[f"{prefix}profile_url"],
        is_disabled=row[f"{prefix}is_disabled"],
    )


def _row(client: Client, version: int) -> dict[str, Any]:
    its = client.details
    return {
        "client_id": its.client_id,
        "name": its.name,
        "kind": its.kind,
        "redirect_uris": dumps(its.redirect_uris),
        "auth_method": its.auth_method,
        "secret_digest": client.secret_digest,
        "public_keys": its.public_keys,
        "scopes": " ".join(its.scopes),
        "profile_url": its.profile_url,
        "is_disabled": its.is_disabled,
        "registered_at": client.registered_at,
        "version": version,
    }
