from dataclasses import dataclass

from domain.contracts.identity import FindApiKey, KeyHolder, UnknownApiKey
from domain.identity.ports import Begin, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindApiKeyHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: FindApiKey, /) -> KeyHolder:
        now = self.clock()
        async with self.begin() as book:
            found = await book.api_keys.find_holder(self.secrets.keyed(message.key_digest), now)
            if not found:
                raise UnknownApiKey
            holder, is_due = found
            if is_due:
                await book.api_keys.note_use(holder.key_id, now)
        return holder
