"""What access tokens may be signed with, as identity tells it."""

from collections.abc import Callable, Mapping

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry
from pydantic_core import from_json

from app.edge.believed import Believed
from domain.contracts.identity import FindVerificationKeys, Identity

SECONDS_BETWEEN = 1.0
SECONDS_KEPT = 60.0
Keys = Mapping[str, ECKey]


class SigningKeys:
    """They are asked for once a minute, and for one that is not known once a second at the most."""

    def __init__(self, identity: Identity, now: Callable[[], float]) -> None:
        self._identity, self._now = identity, now
        self._told: Believed[None, Keys] = Believed(self._ask, seconds=SECONDS_BETWEEN, now=now)
        self._keys: Keys = {}
        self._asked_at = float("-inf")

    async def find(self, kid: str) -> ECKey | None:
        """Raises what the contract raises where identity does not answer."""
        if kid not in self._keys or self._now() - self._asked_at >= SECONDS_KEPT:
            self._keys = await self._told(None)
        return self._keys.get(kid)

    async def _ask(self, _: None) -> Keys:
        at = self._now()
        told = await self._identity.find_verification_keys(FindVerificationKeys())
        self._asked_at = at
        return _keys(told.jwks)


def _keys(jwks: str) -> Keys:
    keys: dict[str, ECKey] = {}
    for told in from_json(jwks)["keys"]:
        try:
            key = JWKRegistry.import_key(told)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(key, ECKey) and isinstance(told.get("kid"), str):
            keys[told["kid"]] = key
    return keys
