from dataclasses import dataclass

from domain.contracts.ordering import KnownPlatform, ListPlatforms, PlatformPage
from domain.ordering.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListPlatformsHandler:
    begin: Begin

    async def __call__(self, message: ListPlatforms, /) -> PlatformPage:
        most = bounded(message.most)
        async with self.begin() as book:
            found = await book.platforms(message.after, most + 1)
        page, has_more = cut(found, most)
        return PlatformPage(
            items=tuple(
                KnownPlatform(name=one.name, key_digest=one.key_digest, profile_url=one.profile_url)
                for one in page
            ),
            next=page[-1].name if has_more else None,
        )
