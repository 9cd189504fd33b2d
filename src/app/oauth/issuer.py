"""Who grants here, what for, and where it is asked."""

from dataclasses import dataclass

from domain.contracts.identity import (
    APPLICATION,
    BUYER,
    OPENID_SCOPES,
    SHOPPING_SCOPES,
    STAFF,
    STAFF_SCOPES,
    ClientDetails,
)

OPENID, EMAIL = "openid", "email"
"""What a client may learn of whoever agreed (OpenID Connect Core 1.0, 5.4)."""
SCOPES = (*OPENID_SCOPES, *SHOPPING_SCOPES, *STAFF_SCOPES)


@dataclass(frozen=True)
class Issuer:
    """Its name is the base URL, letter by letter: in metadata, in tokens, and in every answer."""

    url: str

    @property
    def shopping(self) -> str:
        """The audience of tokens for the shopping API."""
        return f"{self.url}/ucp/v1"

    @property
    def merchant(self) -> str:
        """The audience of tokens for the merchant API."""
        return f"{self.url}/v1"

    @property
    def audiences(self) -> tuple[str, str]:
        return self.shopping, self.merchant

    @property
    def authorization_endpoint(self) -> str:
        return f"{self.url}/authorize"

    @property
    def token_endpoint(self) -> str:
        return f"{self.url}/oauth/token"

    def audience_of(self, client: ClientDetails) -> str:
        """For what its tokens are: applications work with the merchant API, platforms shop."""
        return self.merchant if client.kind == APPLICATION else self.shopping

    def scopes_of(self, audience: str) -> frozenset[str]:
        """What a token for it may have."""
        own = STAFF_SCOPES if audience == self.merchant else SHOPPING_SCOPES
        return frozenset((*OPENID_SCOPES, *own))

    def account_kind(self, audience: str) -> str:
        """Whose accounts may grant it."""
        return STAFF if audience == self.merchant else BUYER
