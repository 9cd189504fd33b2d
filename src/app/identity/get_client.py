from dataclasses import dataclass

from domain.contracts.identity import GetClient, KeptClient
from domain.identity.ports import Begin


@dataclass(frozen=True)
class GetClientHandler:
    begin: Begin

    async def __call__(self, message: GetClient, /) -> KeptClient:
        async with self.begin() as book:
            client = await book.clients.get(message.client_id)
        return client.kept()
