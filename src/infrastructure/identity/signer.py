from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic_core import to_json

from infrastructure.shared.keys.folder import KeyFolder

ALGORITHM = "ES256"
HALF_BYTES = 32
"""Of a signature with P-256 (RFC 7518, 3.4)."""
BY = ECDSA(SHA256())


class Signer:
    """Signs claims as a JWT (RFC 7519), with whichever key signs now; some ten microseconds of CPU.

    What is the same in all tokens is written once. joserfc, which reads what comes from others,
    takes twice as long.
    """

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys

    def __call__(self, claims: Mapping[str, Any], kind: str = "JWT") -> str:
        """`kind` is told as `typ`: `at+jwt` of access tokens (RFC 9068), `JWT` of ID tokens."""
        signing = self._keys.signing()
        said = b".".join((_header(signing.dated.name, kind), _part(to_json(claims))))
        r, s = decode_dss_signature(signing.key.get_op_key("sign").sign(said, BY))
        signature = r.to_bytes(HALF_BYTES, "big") + s.to_bytes(HALF_BYTES, "big")
        return b".".join((said, _part(signature))).decode()


@lru_cache(maxsize=100)
def _header(key: str, kind: str) -> bytes:
    return _part(to_json({"alg": ALGORITHM, "typ": kind, "kid": key}))


def _part(told: bytes) -> bytes:
    return urlsafe_b64encode(told).rstrip(b"=")
