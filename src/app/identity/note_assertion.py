from dataclasses import dataclass

from domain.contracts.identity import AssertionNoted, AssertionReplayed, NoteAssertion, digest
from domain.identity.ports import Begin


@dataclass(frozen=True)
class NoteAssertionHandler:
    begin: Begin

    async def __call__(self, message: NoteAssertion, /) -> AssertionNoted:
        name = digest(message.name)
        async with self.begin() as book:
            is_new = await book.clients.note(message.client_id, name, message.expires_at)
            if not is_new:
                await book.audit.write("assertion_replayed", message.client_id, "refused")
        if not is_new:
            raise AssertionReplayed(message.client_id)
        return AssertionNoted(name=message.name)
