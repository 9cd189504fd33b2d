from dataclasses import dataclass

from domain.contracts.identity import FindRefreshToken, GrantDetails, NoSuchToken
from domain.identity.ports import Begin, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindRefreshTokenHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: FindRefreshToken, /) -> GrantDetails:
        async with self.begin() as book:
            token = await book.refresh_tokens.find(self.secrets.keyed(message.token_digest))
        if not token or not token.is_of_good(self.clock()):
            raise NoSuchToken
        return token.grant.details
