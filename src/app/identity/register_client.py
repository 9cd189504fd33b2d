from dataclasses import dataclass

from domain.contracts.identity import ClientExists, ClientRegistered, RegisterClient, digest
from domain.identity.client import PREFIX, Client
from domain.identity.ports import Begin, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RegisterClientHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: RegisterClient, /) -> ClientRegistered:
        secret = self.secrets.make(PREFIX)
        keyed = self.secrets.keyed(digest(secret))
        client = Client.registered(message.details, keyed, self.clock())
        async with self.begin() as book:
            if await book.clients.find(client.client_id):
                raise ClientExists(client.client_id)
            await book.clients.save(client)
            await book.audit.write("client_registered", client.client_id, detail=client.described())
        return ClientRegistered(client=client.kept(), secret=secret if client.has_secret else None)
