from dataclasses import dataclass

from domain.contracts.identity import ApiKeyDetails, EndApiKey, UnknownApiKey
from domain.identity.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class EndApiKeyHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: EndApiKey, /) -> ApiKeyDetails:
        now = self.clock()
        async with self.begin() as book:
            if not (key := await book.api_keys.find(message.key_id)):
                raise UnknownApiKey
            if key.details.ended_at is None and await book.api_keys.end(message.key_id, now):
                await book.audit.write("api_key_ended", key.subject, detail=key.described())
            ended = await book.api_keys.find(message.key_id)
        return (ended or key).details
