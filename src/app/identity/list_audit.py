from dataclasses import dataclass

from domain.contracts.identity import AuditPage, ListAudit
from domain.identity.places import place
from domain.identity.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListAuditHandler:
    begin: Begin

    async def __call__(self, message: ListAudit, /) -> AuditPage:
        after, most = place(message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.audit.page(
                after,
                most + 1,
                since=message.since,
                actor=message.actor,
                subject=message.subject,
            )
        page, has_more = cut(found, most)
        return AuditPage(items=page, next=str(page[-1].entry_id) if has_more else None)
