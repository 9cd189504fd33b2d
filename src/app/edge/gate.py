"""The gate: every request for a route that is not for anybody is let in here, or is not.

The faces of the house ask it first, and put into their own words why somebody was not let in.
"""

from dataclasses import dataclass, field
from secrets import compare_digest
from urllib.parse import urlsplit

from starlette.requests import Request

from app.edge.access import Declared
from app.edge.callers import Caller, Callers, NotKnown, Shown
from app.edge.sessions import SignedIn
from app.edge.tokens import Tokens
from app.settings import Settings
from domain.contracts.identity import BUYER, STAFF, Identity
from infrastructure.shared.clock import utc_now

MERCHANT, SHOPPING = "/v1", "/ucp/v1"
"""What access tokens are for, behind the base URL."""
ANYBODY = Caller()
STRANGER = Caller(client="interop")
WELL_KNOWN = "/.well-known/oauth-protected-resource"


@dataclass
class NotAdmitted(Exception):
    """`because` may be told. `challenge` is what `WWW-Authenticate` says, if anything would help."""

    because: str
    challenge: str = ""


class Stranger(NotAdmitted):
    """Nothing was shown."""


class Unknown(NotAdmitted):
    """What was shown is good for nothing here."""


@dataclass
class Overreach(NotAdmitted):
    """Who asks is known, and lacks the scope; `caller` says who it is."""

    caller: Caller = ANYBODY


class Foreign(NotAdmitted):
    """Who asks is known, or not to be known, and this is not for them."""


class SignedOut(NotAdmitted):
    """Nobody has signed in in this browser."""


@dataclass(frozen=True)
class Gate:
    """`base_url` is whom access tokens are issued by, and where they are good.

    In interop mode strangers are a platform too: they are all one client, for their agents may call
    themselves differently from call to call.
    """

    callers: Callers
    signed_in: SignedIn
    base_url: str
    is_interop: bool = False
    simulation_secret: str = field(default="", repr=False)

    @classmethod
    def of(cls, identity: Identity, settings: Settings) -> "Gate":
        at = settings.base_url
        return cls(
            callers=Callers(identity, Tokens(identity, at, utc_now)),
            signed_in=SignedIn(identity, at),
            base_url=at,
            is_interop=settings.interop,
            simulation_secret=settings.simulation_secret,
        )

    async def admit(
        self, request: Request, declared: Declared, signer: Caller | None = None
    ) -> Caller:
        """Let a request in, and say whose it is. Raises `NotAdmitted`.

        `signer` is the platform that has signed it, if that was found out: it need show nothing else.
        """
        match declared.level:
            case "staff":
                return await self._staff(request, declared.scope)
            case "platform":
                return await self._platform(request, signer)
            case "simulation":
                return self._tester(request)
            case "session":
                return await self._browser(request)
            case "public" | "link" | "signed" | "client":
                return ANYBODY
        raise RuntimeError(f"there is no access {declared.level!r}")

    def challenge(self, path: str, error: str = "", scope: str = "") -> str:
        """What is to be shown for a resource (RFC 6750, 3; RFC 9728, 5.1)."""
        url = urlsplit(self.base_url)
        metadata = f"{url.scheme}://{url.netloc}{WELL_KNOWN}{url.path}{path}"
        said = {"realm": self.base_url, "error": error, "scope": scope}
        said["resource_metadata"] = metadata
        return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in said.items() if value)

    async def _staff(self, request: Request, scope: str) -> Caller:
        """A machine's API key, or the token of a client that staff or the shop itself works with."""
        caller = await self._known(request, MERCHANT)
        is_ours = not caller.is_platform and caller.account_kind in (None, STAFF)
        if not is_ours or scope not in caller.scopes:
            challenge = self.challenge(MERCHANT, "insufficient_scope", scope)
            raise Overreach(f"This needs the scope {scope}.", challenge, caller)
        return caller

    async def _platform(self, request: Request, signer: Caller | None) -> Caller:
        if signer and not Shown.of(request):
            return signer
        if self.is_interop and not Shown.of(request):
            return STRANGER
        caller = await self._known(request, SHOPPING)
        if not caller.is_platform or caller.account_kind not in (None, BUYER):
            raise Foreign("This is for platforms, and for those who buy through them.")
        return caller

    async def _known(self, request: Request, path: str) -> Caller:
        shown = Shown.of(request)
        if not shown:
            text = "An API key or an access token is needed: X-API-Key, or Authorization: Bearer."
            raise Stranger(text, self.challenge(path))
        try:
            return await self.callers.showing(shown, f"{self.base_url}{path}")
        except NotKnown as why:
            raise Unknown(str(why), self.challenge(path, "invalid_token")) from None

    def _tester(self, request: Request) -> Caller:
        told = request.headers.get("simulation-secret", "").encode("latin-1")
        known = self.simulation_secret.encode()
        if not known or not compare_digest(told, known):
            raise Foreign("The Simulation-Secret is missing or wrong.")
        return ANYBODY

    async def _browser(self, request: Request) -> Caller:
        if (caller := await self.signed_in(request)) is None:
            raise SignedOut("Nobody has signed in here.")
        return caller
