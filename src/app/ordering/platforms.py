"""Platforms are known here until the identity context knows them."""

from dataclasses import dataclass

from domain.contracts.ordering import FindPlatform, Platform, RegisterPlatform
from domain.ordering.platform import RegisteredPlatform
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RegisterPlatformHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: RegisterPlatform, /) -> Platform:
        platform = RegisteredPlatform(
            name=message.name,
            key_digest=message.key_digest,
            profile_url=message.profile_url,
            registered_at=self.clock(),
        )
        async with self.begin() as book:
            await book.add_platform(platform)
        return Platform(name=platform.name, profile_url=platform.profile_url)


@dataclass(frozen=True)
class FindPlatformHandler:
    begin: Begin

    async def __call__(self, message: FindPlatform, /) -> Platform:
        async with self.begin() as book:
            platform = await book.platform(message.key_digest)
        return Platform(name=platform.name, profile_url=platform.profile_url)
