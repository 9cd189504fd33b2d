"""Who may ask for what: checked before anything else of a request is looked at."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from app.edge.access import Declared, declared
from app.edge.callers import Caller, Shown
from app.edge.gate import SHOPPING, Foreign, Gate, NotAdmitted, Unknown
from app.ucp.agent import Agent, agent, require_served
from app.ucp.capabilities import ROOTS
from app.ucp.errors import Incompatible, NeedsBuyer, Refused
from app.ucp.platforms.meeting import Platforms
from app.ucp.platforms.signatures import (
    is_signed,
)
from app.ucp.presentation import CHECKOUT
from app.ucp.scopes import (
    LOOK_UP_CATALOG,
    MANAGE_CARTS,
    MANAGE_CHECKOUTS,
    READ_ORDERS,
    SEARCH_CATALOG,
)
from app.ucp.signers import Signers

PUBLIC: dict[str, Any] = declared("public")
PLATFORM: dict[str, Any] = declared("platform")
CHECKOUTS: dict[str, Any] = declared("platform", MANAGE_CHECKOUTS)
CARTS: dict[str, Any] = declared("platform", MANAGE_CARTS)
ORDERS: dict[str, Any] = declared("platform", READ_ORDERS)
SEARCHING: dict[str, Any] = declared("platform", SEARCH_CATALOG)
LOOKING_UP: dict[str, Any] = declared("platform", LOOK_UP_CATALOG)
SIMULATION: dict[str, Any] = declared("simulation")
NOTHING_IN_COMMON = "The platform and the shop have no version of this capability in common."
NEGOTIATION = (
    "capabilities_incompatible",
    "invalid_profile_url",
    "profile_malformed",
    "profile_unreachable",
    "version_unsupported",
)


@dataclass(frozen=True)
class Doors:
    """`gated` are the scopes that a buyer must have given for an operation to be served at all."""

    gate: Gate
    platforms: Platforms
    gated: frozenset[str] = frozenset()

    async def admit(self, request: Request, said: Declared, operation: str = "") -> Caller:
        """Let a request in, and say whose it is (AUT-1, AUT-4). Raises `Refused`.

        A platform says under which profile it asks; how it is answered is in `request.state.shown`
        from then on. Which error wins (ERR-7): the header, the profile, the signature or other
        credentials, whose profile it is (AUT-3, SEC-3), the scope, the version, the capability; and
        only then what is asked.
        """
        if said.level != "platform":
            return await self._known(request, said)
        try:
            return await self._platform(request, said, operation)
        except Refused as no:
            if no.code in NEGOTIATION:
                raise replace(no, page=self._page(request, operation)) from None
            raise

    async def _platform(self, request: Request, said: Declared, operation: str) -> Caller:
        asking = self._agent(request)
        has_signed, signer = is_signed(request.headers.raw), None
        met = await self.platforms.meet(asking, has_signed=has_signed)
        request.state.shown = met.shown
        if has_signed:
            signer = await Signers(self.gate, self.platforms).find(request, asking, met, operation)
        caller = await self._known(request, said, signer)
        if self._needs_buyer(said) and caller.account_id is None:
            raise self._nobodys(said, is_token=bool(Shown.of(request).token))
        if not await self._speaks_under(caller, asking.profile):
            text = "UCP-Agent names another profile than this platform has registered."
            raise Refused(403, "forbidden", text)
        if self._needs_buyer(said) and said.scope not in caller.scopes:
            raise self._not_agreed(said)
        require_served(asking.version)
        if not (self.gate.is_interop and asking.version):  # INTEROP 3
            require_served(met.version)
        root = ROOTS.get(operation)
        if root and root not in met.shown.capabilities:
            raise Incompatible(200, "capabilities_incompatible", NOTHING_IN_COMMON, capability=root)
        return caller

    async def _speaks_under(self, caller: Caller, profile: str) -> bool:
        """Who has registered no profile may name any, but for that of another platform (AUT-3)."""
        if caller.profile_url or caller.client_id is None or profile == self.platforms.own:
            return caller.profile_url in (None, profile)
        owner = await self.gate.callers.signing(profile)
        return owner is None or owner.client_id == caller.client_id

    def _agent(self, request: Request) -> Agent:
        named = request.headers.getlist("ucp-agent")
        header = ", ".join(named) if named else None
        return agent(header, is_interop=self.gate.is_interop, own=self.platforms.own)

    def _page(self, request: Request, operation: str) -> str:
        """Where the buyer can go on by themselves (ERR-4)."""
        base, name = self.gate.base_url, request.path_params.get("id")
        return (
            f"{base}/checkout/{name}" if name and ROOTS.get(operation) == CHECKOUT else f"{base}/"
        )

    async def _known(
        self, request: Request, said: Declared, signer: Caller | None = None
    ) -> Caller:
        try:
            return await self.gate.admit(request, said, signer)
        except Foreign as no:
            raise Refused(403, "forbidden", no.because, challenge=no.challenge) from None
        except NotAdmitted as no:
            if self._needs_buyer(said):
                is_token = isinstance(no, Unknown) and _bears(request)
                raise self._nobodys(said, is_token=is_token) from None
            raise Refused(401, "unauthorized", no.because, challenge=no.challenge) from None

    def _needs_buyer(self, said: Declared) -> bool:
        return said.scope in self.gated

    def _nobodys(self, said: Declared, *, is_token: bool) -> NeedsBuyer:
        """OAU-24, OAU-25: without a token there is no error in it yet."""
        challenge = self.gate.challenge(SHOPPING, "invalid_token" if is_token else "")
        text = "The buyer must sign in and let this platform act for them."
        return NeedsBuyer(401, "identity_required", text, challenge, scope=said.scope)

    def _not_agreed(self, said: Declared) -> NeedsBuyer:
        """OAU-26, OAU-27: the scope is all that an operation needs, for each is in one."""
        challenge = self.gate.challenge(SHOPPING, "insufficient_scope", said.scope)
        text = f"The buyer must let this platform do that: {said.scope}."
        return NeedsBuyer(403, "insufficient_scope", text, challenge, scope=said.scope)


def _bears(request: Request) -> bool:
    """Whether what was shown was meant as a token."""
    return request.headers.get("authorization", "").strip().lower().startswith("bearer ")
