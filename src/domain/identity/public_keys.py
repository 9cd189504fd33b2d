"""The public keys of a client, by which it shows that it is itself (RFC 7523)."""

from json import loads
from typing import Any

MOST_KEYS = 10
CURVE = "P-256"
MEMBERS = {"EC": ("crv", "x", "y"), "RSA": ("n", "e")}
"""Of the kinds that assertions are verified by: ES256, PS256 and RS256."""
SHORTEST_MODULUS = 342
"""Characters of base64url that 2048 bits have."""
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def complaint_of_keys(text: str) -> str:
    """What is wrong with a JWK Set (RFC 7517), if anything is."""
    try:
        told = loads(text)
    except (ValueError, RecursionError):
        return "public keys are a JWK Set as JSON"
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        return "public keys are a JWK Set as JSON"
    if not 0 < len(keys) <= MOST_KEYS:
        return f"there are 1 to {MOST_KEYS} public keys"
    if any(PRIVATE & key.keys() for key in keys):
        return "a public key comes with its private part: make another, and keep that"
    if not all(map(_is_public_key, keys)):
        return "a public key is EC (P-256), or RSA of 2048 bits or more"
    names = [key.get("kid") for key in keys]
    if len(keys) > 1 and (not all(names) or len(set(names)) < len(names)):
        return "each of several public keys has a kid of its own"
    return ""


def _is_public_key(key: dict[str, Any]) -> bool:
    kind = key.get("kty")
    if kind not in MEMBERS or not all(isinstance(key.get(name), str) for name in MEMBERS[kind]):
        return False
    if not isinstance(key.get("kid", ""), str):
        return False
    if kind == "RSA":
        return len(key["n"]) >= SHORTEST_MODULUS
    return bool(key["crv"] == CURVE)
