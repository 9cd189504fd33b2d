"""Who has signed a request (UCP section 20, SIG-19)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from app.edge.callers import Caller, Shown
from app.edge.gate import Gate
from app.ucp.agent import Agent
from app.ucp.capabilities import READS
from app.ucp.errors import Refused
from app.ucp.platforms.meeting import Met, Platforms
from app.ucp.platforms.signatures import Message, joined, missing, require_signed, signatures

CARRIER = "freestone.ucp.carrier"
"""Where a request that another one carries keeps that: what was signed is what came over the wire
(SIG-24).
"""


@dataclass(frozen=True)
class Signers:
    gate: Gate
    platforms: Platforms

    async def find(
        self, request: Request, asking: Agent, met: Met, operation: str
    ) -> Caller | None:
        """Whose signature is on it (AUT-2, SIG-14). Only who is registered under the profile is
        anybody; in interop mode strangers may sign too, and what cannot be checked there was not
        signed.
        """
        request = request.scope.get(CARRIER, request)
        headers = joined(request.headers.raw)
        can_be_read = bool(signatures(headers))
        if self.gate.is_interop and not (can_be_read and met.signing_keys):
            return None
        if not can_be_read:
            raise missing("Signature-Input and Signature")
        signer = await self.gate.callers.signing(asking.profile)
        if signer is None and not self.gate.is_interop and not Shown.of(request):
            text = "Who signs must be registered here under the profile in UCP-Agent."
            raise Refused(403, "profile_not_trusted", text)
        await self._require_signed(await self._message(request, headers, operation), asking, met)
        return signer

    async def _require_signed(self, message: Message, asking: Agent, met: Met) -> None:
        """A key that is not known may be new: the profile is asked for once more (FET-6)."""
        try:
            require_signed(message, met.signing_keys)
        except Refused as no:
            if no.code != "key_not_found":
                raise
            require_signed(message, (await self.platforms.meet_anew(asking)).signing_keys)

    async def _message(self, request: Request, headers: dict[str, str], operation: str) -> Message:
        """At the address that the world calls us by: what the request says of that is not believed,
        but in interop mode.
        """
        base, raw = self.gate.base_url, request.scope.get("raw_path")
        if self.gate.is_interop and "host" in headers:
            base = f"{urlsplit(base).scheme}://{headers['host']}{urlsplit(base).path}"
        path = raw.decode("latin-1") if raw else request.url.path
        query = request.scope["query_string"].decode("latin-1")
        return Message(
            method=request.method,
            url=f"{base}{path}" + (f"?{query}" if query else ""),
            headers=headers,
            body=await request.body(),
            has_key=operation not in READS or "idempotency-key" in headers,
        )
