from dataclasses import dataclass

from domain.contracts.ordering import AttemptPage, ListAttempts
from domain.ordering.attempt import AttemptState
from domain.ordering.ports import Begin
from domain.ordering.wishes import bounded, place, require_known
from domain.shared.ids import public
from domain.shared.values import AttemptId


@dataclass(frozen=True)
class ListAttemptsHandler:
    begin: Begin

    async def __call__(self, message: ListAttempts, /) -> AttemptPage:
        require_known(message.state, AttemptState)
        after, most = place("att", message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.attempts(
                AttemptState(message.state) if message.state is not None else None,
                AttemptId(after) if after else None,
                most=most + 1,
            )
        follows = len(found) > most
        last = public("att", found[most - 1].attempt_id) if follows else None
        return AttemptPage(items=tuple(a.details() for a in found[:most]), next=last)
