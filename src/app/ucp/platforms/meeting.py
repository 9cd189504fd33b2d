"""How each platform is met: what its profile and ours have in common, found once for each profile."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from app.edge.strangers import Fetched, Strangers
from app.ucp import handlers
from app.ucp.agent import Agent
from app.ucp.errors import Refused
from app.ucp.platforms.fetching import Answered
from app.ucp.platforms.instruments import resolved
from app.ucp.platforms.intersection import intersection
from app.ucp.platforms.profile import Capabilities, Capability, Profile
from app.ucp.platforms.profiles import Profiles
from app.ucp.platforms.reading import read
from app.ucp.presentation import PARENTS, VERSION, Presentation

TOLERATED = ("invalid_profile_url", "profile_unreachable", "service_unavailable")
"""What is no obstacle in interop mode (INTEROP 3), unless who names no version of the protocol has a
host that answers, and sends on or fails.
"""


@dataclass(frozen=True)
class Met:
    """A platform: how it is answered, which version of the protocol it speaks, and its keys: all
    that is kept of its profile. One whose profile is not to be had has all there is, and no keys.
    """

    shown: Presentation
    version: str | None = None
    signing_keys: tuple[Mapping[str, Any], ...] = ()


class Platforms:
    """`own` is the profile that the shop itself gives to those who have none: it is not fetched."""

    def __init__(
        self,
        shown: Presentation,
        own: str,
        strangers: Strangers,
        is_known: Callable[[str], Awaitable[bool]],
    ) -> None:
        self.own, self._shown = own, shown
        self._all = Met(shown)
        self._of_own = Met(replace(shown, profile_url=own), VERSION)
        self._profiles: Profiles[Met] = Profiles(
            strangers.fetch, strangers.fetch_known, self._read, strangers.spawn, is_known
        )

    async def meet(self, asking: Agent, *, has_signed: bool = False) -> Met:
        """Refuses with what section 6 has for profiles (NEG-2, NEG-6); in interop mode, only those that
        can be had and make no sense. Keys that a platform has removed are good for nothing (SIG-17).
        """
        return await self._met(asking, partial(self._profiles.find, is_fresh=has_signed))

    async def meet_anew(self, asking: Agent) -> Met:
        """For who seems to have changed its keys (FET-6)."""
        return await self._met(asking, self._profiles.find_newest)

    async def _met(self, asking: Agent, find: Callable[[str], Awaitable[Met]]) -> Met:
        if asking.profile == self.own:
            return self._of_own
        try:
            return await find(asking.profile)
        except Refused as no:
            is_tested = isinstance(no, Answered) and asking.version is None
            if self._shown.is_interop and no.code in TOLERATED and not is_tested:
                return self._all
            raise

    def _read(self, url: str, fetched: Fetched) -> Met:
        profile = read(fetched, is_loose=self._shown.is_interop)
        shown = negotiated(self._shown, url, profile)
        return Met(shown, profile.version, profile.signing_keys)


def negotiated(ours: Presentation, url: str, theirs: Profile) -> Presentation:
    """What is common to both, for whoever speaks our version of the protocol (NEG-3, PAY-3)."""
    ways = resolved(ours.payment_handlers, ours.instruments, theirs.instruments, handlers.NAMES)
    return replace(
        ours,
        capabilities=_common(ours, theirs.capabilities),
        payment_handlers=tuple(ways),
        instruments=ways,
        profile_url=url,
        webhook_url=theirs.webhook_url,
        supports_multi_group=theirs.supports_multi_group,
    )


def _common(ours: Presentation, theirs: Capabilities | None) -> dict[str, str]:
    if theirs is None:
        return dict(ours.capabilities)
    offered = {
        name: (Capability(version, PARENTS.get(name, ())),)
        for name, version in ours.capabilities.items()
    }
    versions = {name: frozenset(one.version for one in them) for name, them in theirs.items()}
    return intersection(offered, versions, ours.version)
