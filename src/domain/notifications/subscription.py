"""A subscription: where a client wants to be told of its orders, until it wants no more."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

NAMESPACE = UUID("0198c1de-5ab5-7000-8000-7e1100000001")


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """It is there as soon as there is something to tell, and kept once it was stopped: a client may
    name another target with each order. Two clients of one target have one each.
    """

    subscription_id: UUID
    client: str
    target: str
    opened_at: datetime
    stopped_at: datetime | None = None

    @classmethod
    def opened(cls, client: str, target: str, now: datetime) -> "Subscription":
        name = subscription_id(client, target)
        return cls(subscription_id=name, client=client, target=target, opened_at=now)

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None

    def stopped(self, now: datetime) -> "Subscription":
        """The target has said that it is gone."""
        return self if self.stopped_at else replace(self, stopped_at=now)

    def reopened(self) -> "Subscription":
        return replace(self, stopped_at=None)


def subscription_id(client: str, target: str) -> UUID:
    """The same for the same two, so that nobody needs to look before it is opened."""
    return uuid5(NAMESPACE, f"{client}\n{target}")
