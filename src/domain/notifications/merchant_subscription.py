"""Where one of the merchant's own systems wants to be told of which events, and whether it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.contracts.notifications import (
    EVENTS,
    SubscriptionChanged,
    SubscriptionDetails,
    SubscriptionDisabled,
    SubscriptionId,
    SubscriptionIsDisabled,
    UnfitSubscription,
)
from domain.notifications.delivery import (
    DISABLED,
    LONGEST_PAUSE,
    TRIED_FOR,
    Delivery,
    DeliveryState,
)
from domain.shared.model import Aggregate

MOST_SUBSCRIPTIONS = 50
"""Each is a request more for every event. Two who make the last at once make one more."""
MOST_FORMER, LONGEST_GRACE = 2, timedelta(days=7)
LONGEST_NAME, LONGEST_TARGET = 100, 2000
BY_STAFF = "by staff"


@dataclass(frozen=True, kw_only=True)
class FormerSecret:
    sealed: str = field(repr=False)
    until: datetime


@dataclass(kw_only=True)
class MerchantSubscription(Aggregate):
    """Its secrets are kept sealed. One that is disabled is told of nothing, and what it would have
    been told is kept. `key` named the wish for it.
    """

    subscription_id: SubscriptionId
    key: str
    target: str
    events: tuple[str, ...]
    sealed: str = field(repr=False)
    created_at: datetime
    name: str = ""
    former: tuple[FormerSecret, ...] = ()
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    reason: str = ""

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None

    def sealed_secrets(self, now: datetime) -> list[str]:
        """Those that sign now, the newest first."""
        return [self.sealed, *(one.sealed for one in self.former if now < one.until)]

    def change(
        self, *, name: str, target: str, events: Iterable[str], is_enabled: bool, now: datetime
    ) -> None:
        """Refuses with `UnfitSubscription`."""
        self.name, self.target, self.events = fit(name, target, events)
        if not is_enabled:
            self._disable(BY_STAFF, now)
        elif not self.is_enabled:
            self.enable()

    def enable(self) -> None:
        """As if it had never failed."""
        self.disabled_at, self.reason, self.failing_since = None, "", None

    def rotate(self, sealed: str, grace: timedelta, now: datetime) -> None:
        """Refuses with `UnfitSubscription`. A secret that was rotated away keeps its time, unless two
        came after it.
        """
        if not timedelta(0) <= grace <= LONGEST_GRACE:
            longest = int(LONGEST_GRACE.total_seconds())
            raise UnfitSubscription(f"a time of grace is 0 to {longest} seconds")
        latest = FormerSecret(sealed=self.sealed, until=now + grace)
        good = [one for one in (latest, *self.former) if now < one.until]
        self.sealed, self.former = sealed, tuple(good[:MOST_FORMER])

    def hear(self, outcome: Delivery, now: datetime) -> None:
        """What became of something that was sent to it. Whoever is gone is told no more; nor is
        for whom something is dead, and who took nothing else while that was tried. What was not
        even sent, for it was disabled just then, says nothing of it, nor does who is gone from
        an address that was corrected since.
        """
        if not self.is_enabled or outcome.error == DISABLED:
            return
        if outcome.is_delivered:
            self.failing_since = None
        elif outcome.state == DeliveryState.STOPPED:
            if outcome.target == self.target:
                self._disable(outcome.error, now)
        else:
            self.failing_since = self.failing_since or now
            begun = outcome.give_up_at - TRIED_FOR
            if outcome.state == DeliveryState.DEAD and self.failing_since <= begun + LONGEST_PAUSE:
                hours = int(TRIED_FOR.total_seconds()) // 3600
                self._disable(f"nothing was taken for {hours} hours: {outcome.error}", now)

    def require_version(self, version: int | None) -> None:
        """Refuses with `SubscriptionChanged`."""
        if version not in (None, self.version):
            raise SubscriptionChanged(self.subscription_id, self.version)

    def require_enabled(self) -> None:
        """Refuses with `SubscriptionIsDisabled`."""
        if not self.is_enabled:
            raise SubscriptionIsDisabled(self.subscription_id, self.reason)

    def details(self, now: datetime) -> SubscriptionDetails:
        return SubscriptionDetails(
            subscription_id=self.subscription_id,
            name=self.name,
            target=self.target,
            events=self.events,
            state="active" if self.is_enabled else "disabled",
            created_at=self.created_at,
            version=self.version,
            reason=self.reason,
            disabled_at=self.disabled_at,
            failing_since=self.failing_since,
            secrets_end_at=tuple(one.until for one in self.former if now < one.until),
        )

    def _disable(self, reason: str, now: datetime) -> None:
        if self.is_enabled:
            self.disabled_at, self.reason = now, reason
            told = SubscriptionDisabled(subscription_id=self.subscription_id, reason=reason)
            self.record(told)


def fit(name: str, target: str, events: Iterable[str]) -> tuple[str, str, tuple[str, ...]]:
    """Refuses with `UnfitSubscription`."""
    wanted = set(events)
    if unknown := sorted(wanted - set(EVENTS)):
        raise UnfitSubscription(f"there is no event {unknown[0]}")
    if not wanted:
        raise UnfitSubscription("it is told of one event at the least")
    if len(name) > LONGEST_NAME:
        raise UnfitSubscription(f"a name has {LONGEST_NAME} characters at the most")
    if not name.isprintable():
        raise UnfitSubscription("a name is of characters that can be shown")
    if len(target) > LONGEST_TARGET:
        raise UnfitSubscription(f"an address has {LONGEST_TARGET} characters at the most")
    return name, target, tuple(one for one in EVENTS if one in wanted)
