"""The public keys that platforms sign with: on two curves, each of which has its algorithm."""

from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures.algorithms import (
    ECDSA_P256_SHA256,
    ECDSA_P384_SHA384,
    HTTPSignatureAlgorithm,
)

Jwk = Mapping[str, Any]
CURVES: Mapping[str, tuple[ec.EllipticCurve, type[HTTPSignatureAlgorithm], str]] = {
    "P-256": (ec.SECP256R1(), ECDSA_P256_SHA256, "ES256"),
    "P-384": (ec.SECP384R1(), ECDSA_P384_SHA384, "ES384"),
}
"""UCP SIG-1, SIG-2."""
MOST_KEPT = 1000


def key_of(kid: str, keys: Iterable[Jwk]) -> Jwk | None:
    """Any of them will do (SIG-16), but for one that is said to be for something else."""
    return next((k for k in keys if k.get("kid") == kid and k.get("use") != "enc"), None)


def algorithm_of(jwk: Jwk, named: object) -> type[HTTPSignatureAlgorithm] | None:
    """The curve decides; whatever else names an algorithm must not name another."""
    curve = jwk.get("crv")
    if jwk.get("kty") != "EC" or not isinstance(curve, str) or curve not in CURVES:
        return None
    _, algorithm, name = CURVES[curve]
    is_agreed = jwk.get("alg", name) == name and named in (None, algorithm.algorithm_id)
    return algorithm if is_agreed else None


@lru_cache(MOST_KEPT)
def public_key(curve: str, x: str, y: str) -> ec.EllipticCurvePublicKey:
    """Raises `ValueError` for what is no point of the curve."""
    numbers = ec.EllipticCurvePublicNumbers(_number(x), _number(y), CURVES[curve][0])
    return numbers.public_key()


def _number(text: str) -> int:
    try:
        return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except Error as unfit:
        raise ValueError("no base64url") from unfit
