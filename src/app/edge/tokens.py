"""Access tokens (RFC 9068): who made them, for whom, and whether what they say still holds."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from uuid import UUID

from app.edge.believed import Believed
from app.edge.jwts import Told, Unreadable, WrongSignature, told
from app.edge.signing_keys import SigningKeys
from domain.contracts.identity import FindStanding, GrantId, Identity, Standing
from domain.shared.clock import Clock
from domain.shared.ids import public

ALGORITHMS = ("ES256",)
TYPES = ("at+jwt", "application/at+jwt")
LEEWAY_SECONDS = 5
"""How far ahead of ours the clock of the process may be that made one."""
MOST_KEPT = 10_000


@dataclass
class BadToken(Exception):
    """It opens nothing; `because` is for whoever has it: ASCII, without quotes."""

    because: str


@dataclass(frozen=True)
class VerifiedToken:
    """What a good token opens now. `scopes` are those of the token that its grant still has, and
    `standing` says whose it is: client, account, customer, e-mail address.
    """

    scopes: frozenset[str]
    audience: str
    subject: str
    issued_at: int
    expires_at: int
    standing: Standing


@dataclass(frozen=True)
class _Claims:
    kid: str
    grant_id: GrantId
    client_id: str
    subject: str
    audience: str
    scopes: frozenset[str]
    issued_at: int
    expires_at: int


class Tokens:
    """Verified here, by keys that identity tells, which also knows what has become of them.

    A signature is verified once; what has become of its grant is believed for half a second. Ten
    thousand of each are kept at the most.
    """

    def __init__(
        self,
        identity: Identity,
        issuer: str,
        clock: Clock,
        passed: Callable[[], float] = monotonic,
    ) -> None:
        self._issuer, self._clock = issuer, clock
        self._keys = SigningKeys(identity, passed)
        self._standings: Believed[GrantId, Standing] = Believed(
            lambda grant_id: identity.find_standing(FindStanding(grant_id=grant_id)), now=passed
        )
        self._kept: OrderedDict[bytes, _Claims] = OrderedDict()

    async def verified(self, token: str, *audiences: str) -> VerifiedToken:
        """A token for one of these. Raises `BadToken`; where identity does not answer, what its
        contract raises then.
        """
        name = sha256(token.encode("utf-8", "replace")).digest()
        claims = self._kept.get(name)
        if claims is None or not await self._keys.find(claims.kid):
            claims = await self._read(token)
            self._keep(name, claims)
        self._require_now(claims, self._clock())
        if claims.audience not in audiences:
            raise BadToken("The token is for another resource.")
        standing = await self._standings(claims.grant_id)
        if not (standing.is_good and _is_of(standing, claims)):
            raise BadToken("The token was revoked.")
        return VerifiedToken(
            claims.scopes & frozenset(standing.scopes),
            claims.audience,
            claims.subject,
            claims.issued_at,
            claims.expires_at,
            standing,
        )

    async def _read(self, token: str) -> _Claims:
        try:
            read = told(token)
        except Unreadable:
            raise BadToken("This is no access token.") from None
        kid = read.header.get("kid", "")
        if read.header.get("typ") not in TYPES or read.header.get("alg") not in ALGORITHMS:
            raise BadToken("This is no access token.")
        key = await self._keys.find(kid)
        if key is None:
            raise BadToken("The token was signed with a key that is not known.")
        try:
            read.require_signed(key, ALGORITHMS)
            claims = _claims(read, kid)
        except (Unreadable, WrongSignature, ValueError):
            raise BadToken("The token was not signed here.") from None
        if read.text_of("iss") != self._issuer:
            raise BadToken("The token is of another issuer.")
        return claims

    def _require_now(self, claims: _Claims, now: datetime) -> None:
        seconds = now.timestamp()
        if seconds >= claims.expires_at:
            raise BadToken("The token has expired.")
        if seconds + LEEWAY_SECONDS < claims.issued_at:
            raise BadToken("The token is not valid yet.")

    def _keep(self, name: bytes, claims: _Claims) -> None:
        self._kept[name] = claims
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _claims(read: Told, kid: str) -> _Claims:
    """Raises `ValueError` or `Unreadable`."""
    issued, expires, begins = read.seconds("iat"), read.seconds("exp"), read.seconds("nbf")
    if issued is None or expires is None or not read.text_of("jti"):
        raise Unreadable
    return _Claims(
        kid=kid,
        grant_id=GrantId(UUID(hex=read.text_of("grant"))),
        client_id=read.text_of("client_id"),
        subject=read.text_of("sub"),
        audience=read.text_of("aud"),
        scopes=frozenset(read.text_of("scope").split()),
        issued_at=issued if begins is None else max(issued, begins),
        expires_at=expires,
    )


def _is_of(standing: Standing, claims: _Claims) -> bool:
    account = standing.account_id
    subject = public("acc", account) if account else standing.client_id
    return (standing.client_id, subject) == (claims.client_id, claims.subject)
