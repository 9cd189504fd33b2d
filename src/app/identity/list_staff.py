from dataclasses import dataclass

from domain.contracts.identity import ListStaff, StaffPage
from domain.identity.places import place
from domain.identity.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListStaffHandler:
    begin: Begin

    async def __call__(self, message: ListStaff, /) -> StaffPage:
        after, most = place(message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.accounts.page_of_staff(after, most + 1)
        page, has_more = cut(found, most)
        return StaffPage(
            items=tuple(account.details() for account in page),
            next=str(page[-1].account_id) if has_more else None,
        )
