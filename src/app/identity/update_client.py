from dataclasses import dataclass

from domain.contracts.identity import KeptClient, UpdateClient
from domain.identity.ports import Begin


@dataclass(frozen=True)
class UpdateClientHandler:
    begin: Begin

    async def __call__(self, message: UpdateClient, /) -> KeptClient:
        async with self.begin() as book:
            client = await book.clients.get(message.details.client_id)
            if changed := client.revise(message.details, message.version):
                await book.clients.save(client)
                await book.audit.write("client_changed", client.client_id, detail=changed)
        return client.kept()
