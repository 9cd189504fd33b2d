"""Who may ask for what: checked before anything else of a request is looked at.

Each route says how it is guarded (`x-access`), and that alone decides which of these is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import compare_digest
from time import monotonic
from typing import Any

from starlette.requests import Request

from app.ucp.agent import Agent, agent, require_served
from app.ucp.errors import Refused
from domain.contracts.ordering import FindPlatform, Ordering, Platform, UnknownPlatform

MOST_KNOWN = 1000
KNOWN_SECONDS = 60.0
NEEDED = 'Bearer realm="ucp"'

PUBLIC: dict[str, Any] = {"x-access": "public"}
PLATFORM: dict[str, Any] = {"x-access": "platform"}
SIMULATION: dict[str, Any] = {"x-access": "simulation"}


@dataclass(frozen=True)
class Caller:
    """`client` is whom checkouts and orders belong to."""

    client: str
    agent: Agent


class Platforms:
    """Whose key is whose. What was found is believed for a minute, and a thousand at most."""

    def __init__(self, ordering: Ordering, now: Callable[[], float] = monotonic) -> None:
        self._ordering, self._now = ordering, now
        self._known: dict[str, tuple[float, Platform]] = {}

    async def holding(self, key: str) -> Platform:
        """Refuses with `UnknownPlatform`."""
        digest = sha256(key.encode("latin-1")).hexdigest()
        until, platform = self._known.get(digest, (0.0, None))
        if platform and self._now() < until:
            return platform
        self._known.pop(digest, None)
        platform = await self._ordering.find_platform(FindPlatform(key_digest=digest))
        if len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[digest] = self._now() + KNOWN_SECONDS, platform
        return platform


@dataclass(frozen=True)
class Doors:
    platforms: Platforms
    is_interop: bool = False
    simulation_secret: str = field(default="", repr=False)

    async def admit(self, request: Request, access: str) -> Caller | None:
        """Let a request in, and say whose it is. Raises `Refused`."""
        if access == "platform":
            return await self._platform(request)
        if access == "simulation":
            self._simulation(request)
        elif access != "public":
            raise RuntimeError(f"there is no access {access!r}")
        return None

    async def _platform(self, request: Request) -> Caller:
        """A registered platform; in interop mode also strangers, who are all one client: their
        agents may call themselves differently from call to call.
        """
        named = request.headers.getlist("ucp-agent")
        asking = agent(", ".join(named) if named else None, is_interop=self.is_interop)
        client = await self._client(_key(request), asking)
        require_served(asking.version)
        return Caller(client, asking)

    async def _client(self, key: str, asking: Agent) -> str:
        if not key and self.is_interop:
            return "interop"
        if not key:
            raise _unauthorized("An API key is needed: X-API-Key, or Authorization: Bearer.")
        try:
            platform = await self.platforms.holding(key)
        except UnknownPlatform:
            raise _unauthorized("This API key is not known.") from None
        if platform.profile_url not in (None, asking.profile):
            text = "This platform has registered another profile than UCP-Agent names."
            raise Refused(403, "forbidden", text)
        return f"platform:{platform.name}"

    def _simulation(self, request: Request) -> None:
        told = request.headers.get("simulation-secret", "").encode("latin-1")
        if not self.simulation_secret or not compare_digest(told, self.simulation_secret.encode()):
            raise Refused(403, "forbidden", "The Simulation-Secret is missing or wrong.")


def _key(request: Request) -> str:
    if key := request.headers.get("x-api-key", "").strip():
        return key
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _unauthorized(content: str) -> Refused:
    return Refused(401, "unauthorized", content, challenge=NEEDED)
