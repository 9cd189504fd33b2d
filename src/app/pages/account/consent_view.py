"""What somebody is asked to agree to, as the page shows it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.oauth.authorize import Asked
from app.pages.account.linked import host_of
from app.pages.account.permissions import Permission, permissions
from domain.contracts.identity import STAFF, SessionDetails

HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    """`host` is where the client says who it is; `back_to` is where the answer goes."""

    name: str
    host: str
    back_to: str
    permissions: tuple[Permission, ...]
    email: str
    is_staff: bool
    is_unproven: bool


def consent_view(asked: Asked, session: SessionDetails) -> ConsentView:
    client = asked.client
    return ConsentView(
        name=client.name,
        host=host_of(client.profile_url),
        back_to=back_to(asked.redirect_uri),
        permissions=permissions(asked.scopes),
        email=session.account.email,
        is_staff=asked.account_kind == STAFF,
        is_unproven=urlsplit(asked.redirect_uri).scheme != "https",
    )


def back_to(redirect_uri: str) -> str:
    """Where one is sent back to, in words."""
    parts = urlsplit(redirect_uri)
    host = (parts.hostname or "").lower()
    if parts.scheme in ("http", "https"):
        return "a program on this device" if host in HERE else host
    return f"an app on this device ({parts.scheme})"
