from dataclasses import dataclass

from domain.contracts.identity import CodeDetails, FindCode, NoSuchCode
from domain.identity.ports import Begin, Secrets
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindCodeHandler:
    begin: Begin
    secrets: Secrets
    clock: Clock

    async def __call__(self, message: FindCode, /) -> CodeDetails:
        async with self.begin() as book:
            code = await book.codes.find(self.secrets.keyed(message.code_digest))
        if not code or not (code.is_spent or code.is_good(self.clock())):
            raise NoSuchCode
        return code.told()
