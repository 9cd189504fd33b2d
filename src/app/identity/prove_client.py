from dataclasses import dataclass

from domain.contracts.identity import ClientDetails, ClientNotProven, ProveClient
from domain.identity.ports import Begin, Secrets


@dataclass(frozen=True)
class ProveClientHandler:
    begin: Begin
    secrets: Secrets

    async def __call__(self, message: ProveClient, /) -> ClientDetails:
        async with self.begin() as book:
            client = await book.clients.find(message.client_id)
        if not client:
            raise ClientNotProven(message.client_id)
        client.prove(self.secrets.keyed(message.secret_digest))
        return client.details
