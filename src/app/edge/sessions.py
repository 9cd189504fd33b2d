"""Who has signed in with a browser: a cookie says which session it is."""

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.requests import Request

from app.edge.callers import Caller
from domain.contracts.identity import (
    FindSession,
    Identity,
    NoSuchSession,
    SessionDetails,
    digest,
)


def cookie_name(base_url: str, what: str = "session") -> str:
    """Over HTTPS, of this host alone; a shop behind a path is told from others of its origin."""
    address = urlsplit(base_url)
    prefix = "__Host-" if address.scheme == "https" else ""
    mark = f"-{sha256(address.path.encode()).hexdigest()[:8]}" if address.path else ""
    return f"{prefix}{what}{mark}"


@dataclass(frozen=True)
class SignedIn:
    """Asked anew for each request: a session that was ended is over at once."""

    identity: Identity
    base_url: str

    async def __call__(self, request: Request) -> Caller | None:
        session = await self.session(request)
        if session is None:
            return None
        account = session.account
        return Caller(
            actor=f"{account.kind}:{account.account_id}",
            account_id=account.account_id,
            account_kind=account.kind,
            customer_id=account.customer_id,
            email=account.email,
            session_id=session.session_id,
        )

    async def session(self, request: Request) -> SessionDetails | None:
        """For pages that anybody may see, and that look different to who has signed in."""
        if not (token := request.cookies.get(cookie_name(self.base_url))):
            return None
        try:
            return await self.identity.find_session(FindSession(token_digest=digest(token)))
        except NoSuchSession:
            return None
