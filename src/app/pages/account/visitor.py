"""Who opens a page, as far as the browser's cookies tell."""

from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from domain.contracts.identity import SessionDetails


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """`visit` is what a browser is known by before anybody has signed in; `token` is that of the
    session. `source` and `agent` are where it is and what it calls itself.
    """

    visit: str = field(repr=False)
    is_new: bool
    token: str = field(default="", repr=False)
    session: SessionDetails | None = None
    source: str = ""
    agent: str = ""

    @property
    def actor(self) -> str:
        """As whom they do what they do."""
        account = self.session and self.session.account
        return f"{account.kind}:{account.account_id}" if account else "anonymous"

    @property
    def secret(self) -> str:
        """What only this browser and we know."""
        return self.token if self.session else self.visit

    @property
    def bond(self) -> str:
        """What forms for whoever has signed in must come with."""
        return bond(self.secret, "form")

    @property
    def bond_before(self) -> str:
        """What forms for everybody must come with: signing in elsewhere does not outdate them."""
        return bond(self.visit, "form")


def bond(secret: str, *parts: str) -> str:
    """What only a page of ours can say to whoever holds the secret. It tells nothing of that."""
    return hmac(secret.encode(), repr(parts).encode(), sha256).hexdigest()


def is_bond(told: str, known: str) -> bool:
    return compare_digest(told.encode(), known.encode())
