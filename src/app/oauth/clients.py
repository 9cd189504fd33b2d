"""How a client shows that it is itself (RFC 6749, 2.3): by the one way it is registered with."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from app.edge.believed import Believed
from app.oauth.assertions import Assertions
from app.oauth.errors import OAuthError, invalid_client
from app.oauth.parameters import Parameters
from app.oauth.registered import client_id, found
from domain.contracts.identity import (
    NONE,
    SECRET,
    ClientDetails,
    ClientNotProven,
    Identity,
    ProveClient,
    digest,
)

ASSERTION_PARAMETERS = ("client_assertion", "client_assertion_type")
LONGEST_HEADER = 1000


@dataclass(frozen=True)
class Clients:
    """That a secret is a client's is believed for half a second, as are API keys: whoever asks for
    many tokens at once is looked up once.
    """

    identity: Identity
    assertions: Assertions
    _secrets: Believed[ProveClient, ClientDetails] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_secrets", Believed(self.identity.prove_client))

    async def proven(self, authorization: Sequence[str], said: Parameters) -> ClientDetails:
        """Whose request this is. Raises `OAuthError`."""
        asserts = any(said.get(name) for name in ASSERTION_PARAMETERS)
        if len(authorization) + asserts + bool(said.get("client_secret")) > 1:
            raise OAuthError("invalid_request", "A client shows itself in one way at a time.")
        if said.get("client_secret"):
            raise invalid_client()  # in a body, it is kept in too many places
        if authorization:
            return await self._by_secret(authorization[0], said)
        if asserts:
            return await self.assertions.proven(said)
        client = await found(self.identity, said.get("client_id"))
        if client is None or client.auth_method != NONE:
            raise invalid_client()
        return client

    async def _by_secret(self, header: str, said: Parameters) -> ClientDetails:
        name, secret = _basic(header)
        named = client_id(name)
        if named is None or not secret or said.get("client_id") not in (None, named):
            raise invalid_client()
        try:
            client = await self._secrets(ProveClient(client_id=named, secret_digest=digest(secret)))
        except ClientNotProven:
            raise invalid_client() from None
        if client.auth_method != SECRET:
            raise invalid_client()
        return client


def _basic(header: str) -> tuple[str, str]:
    """Both are encoded as in forms before they are joined (RFC 6749, 2.3.1)."""
    scheme, _, told = header.partition(" ")
    if scheme.lower() != "basic" or len(told) > LONGEST_HEADER:
        raise invalid_client()
    try:
        name, _, secret = b64decode(told.strip(), validate=True).decode("ascii").partition(":")
        return unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:
        raise invalid_client() from None
