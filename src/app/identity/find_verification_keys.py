from dataclasses import dataclass

from domain.contracts.identity import FindVerificationKeys, VerificationKeys
from domain.identity.ports import SigningKeys


@dataclass(frozen=True)
class FindVerificationKeysHandler:
    keys: SigningKeys

    async def __call__(self, _message: FindVerificationKeys, /) -> VerificationKeys:
        return VerificationKeys(jwks=self.keys.published())
