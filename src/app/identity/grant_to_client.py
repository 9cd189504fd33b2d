from dataclasses import dataclass
from datetime import timedelta

from domain.contracts.identity import Granted, GrantId, GrantToClient, UnknownClient
from domain.identity.grant import Grant
from domain.identity.ports import KeepOwn
from domain.shared.clock import Clock
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class GrantToClientHandler:
    """The grant is the record: there is no entry in the audit log for each token."""

    keep: KeepOwn
    clock: Clock
    lifetime: timedelta

    async def __call__(self, message: GrantToClient, /) -> Granted:
        now = self.clock()
        grant = Grant.own(GrantId(uuid7(now)), message, now, self.lifetime)
        if not await self.keep(grant):
            raise UnknownClient(message.client_id)
        return Granted(grant=grant.details)
