from dataclasses import dataclass

from domain.contracts.identity import FindPlatform, PlatformFound
from domain.identity.ports import Begin


@dataclass(frozen=True)
class FindPlatformHandler:
    begin: Begin

    async def __call__(self, message: FindPlatform, /) -> PlatformFound:
        async with self.begin() as book:
            found = await book.clients.of_profile(message.profile_url)
        able = [client for client in found if not client.details.is_disabled]
        return PlatformFound(client_id=able[0].client_id if len(able) == 1 else None)
