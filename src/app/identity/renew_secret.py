from dataclasses import dataclass

from domain.contracts.identity import ClientRegistered, RenewSecret, digest
from domain.identity.client import PREFIX
from domain.identity.ports import Begin, Secrets


@dataclass(frozen=True)
class RenewSecretHandler:
    begin: Begin
    secrets: Secrets

    async def __call__(self, message: RenewSecret, /) -> ClientRegistered:
        secret = self.secrets.make(PREFIX)
        async with self.begin() as book:
            client = await book.clients.get(message.client_id)
            client.renew(self.secrets.keyed(digest(secret)))
            await book.clients.save(client)
            await book.audit.write("secret_renewed", client.client_id)
        return ClientRegistered(client=client.kept(), secret=secret)
