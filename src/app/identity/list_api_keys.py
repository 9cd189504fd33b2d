from dataclasses import dataclass

from domain.contracts.identity import ApiKeyPage, ListApiKeys
from domain.identity.places import place
from domain.identity.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListApiKeysHandler:
    begin: Begin

    async def __call__(self, message: ListApiKeys, /) -> ApiKeyPage:
        after, most = place(message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.api_keys.page(after, most + 1)
        page, has_more = cut([key.details for key in found], most)
        return ApiKeyPage(items=page, next=str(page[-1].key_id) if has_more else None)
