from dataclasses import dataclass

from domain.contracts.identity import ApiKeyMade, KeyId, MakeApiKey, UnknownClient, digest
from domain.identity.api_key import PREFIX, SHOWN, ApiKey, made, require_same
from domain.identity.ports import Begin, Book, Secrets
from domain.shared.clock import Clock
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class MakeApiKeyHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: MakeApiKey, /) -> ApiKeyMade:
        key = None if message.key_digest else self.secrets.make(PREFIX)
        keyed = self.secrets.keyed(message.key_digest or digest(key or ""))
        async with self.begin() as book:
            if not (kept := await self._known(book, message, keyed)):
                kept = await self._made(book, message, (key or "")[:SHOWN], keyed)
        return ApiKeyMade(details=kept.details, key=key)

    async def _known(self, book: Book, message: MakeApiKey, keyed: str) -> ApiKey | None:
        known = await book.api_keys.find_by_digest(keyed) if message.key_digest else None
        if known:
            require_same(known, message)
        return known

    async def _made(self, book: Book, message: MakeApiKey, prefix: str, keyed: str) -> ApiKey:
        client = None
        if message.client_id is not None:
            if not (found := await book.clients.find(message.client_id)):
                raise UnknownClient(message.client_id)
            client = found.details
        now = self.clock()
        details = made(message, client, KeyId(uuid7(now)), prefix, now)
        key = ApiKey(details=details, digest=keyed)
        await book.api_keys.add(key)
        await book.audit.write("api_key_made", key.subject, detail=key.described())
        return key
