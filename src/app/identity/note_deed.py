from dataclasses import dataclass

from domain.contracts.identity import DeedNoted, NoteDeed
from domain.identity.ports import Begin


@dataclass(frozen=True)
class NoteDeedHandler:
    begin: Begin

    async def __call__(self, message: NoteDeed, /) -> DeedNoted:
        async with self.begin() as book:
            entry_id = await book.audit.write(message.deed, message.subject, message.outcome)
        return DeedNoted(entry_id=entry_id)
