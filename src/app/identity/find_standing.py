from dataclasses import dataclass

from domain.contracts.identity import FindStanding, Standing
from domain.identity.ports import Begin
from domain.identity.standing import standing
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindStandingHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: FindStanding, /) -> Standing:
        async with self.begin() as book:
            state = await book.grants.find_state(message.grant_id)
        return standing(message.grant_id, state, self.clock())
