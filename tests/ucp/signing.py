"""A platform that signs, and the messages that the protocol's digest gives as examples."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from app.ucp.platforms.signatures import Message

SIGNER = "https://agent.example/ucp-profile.json"
KEY = {
    "kid": "platform-test-1",
    "kty": "EC",
    "crv": "P-256",
    "x": "fYZgZcO1dneOp7PF5GAFWLj3JjNdMfx15YzNustrT7I",
    "y": "_ZJ77f77E_I5sIHO5ESXdifJPKb3WNPxG_iX_RKh7ks",
    "use": "sig",
    "alg": "ES256",
}
BODY = b'{"line_items":[{"item":{"id":"sku-tea-250"},"quantity":2}]}'
COVERED = (
    '("@method" "@authority" "@path" "ucp-agent" "idempotency-key" "content-digest" "content-type")'
)
V1 = Message(
    "POST",
    "https://shop.example/ucp/v1/checkout-sessions",
    {
        "ucp-agent": f'profile="{SIGNER}"',
        "idempotency-key": "3f0c1f52-6f4b-4d0e-9a86-1f9a5b6f7c21",
        "content-digest": "sha-256=:g2rePOTCCh8AbHFcCJ5MpX0aeYTM4JjZqAFFwy2Y0uA=:",
        "content-type": "application/json",
        "signature-input": f'sig1={COVERED};keyid="platform-test-1"',
        "signature": "sig1=:/xU4VIeRxUQcefDifCVHNMlCx75noRM7EOyPUh0+0rcg40OPYuwTq5OBnkE+trbPjaA92osdbb5rzWK"
        "GQgrJTw==:",
    },
    BODY,
)
V2 = Message(
    "GET",
    "https://shop.example/ucp/v1/orders/ord_77?view=full&x=%20",
    {
        "ucp-agent": f'profile="{SIGNER}"',
        "signature-input": 'sig1=("@method" "@authority" "@path" "@query" "ucp-agent")'
        ';created=1775600000;keyid="platform-test-1"',
        "signature": "sig1=:Kkg/vbczBipz71CWy+ItwJ/VWoyJiGCwloJRTSCrnAXElnza4Ihy9lNrTluXZG8fq8AUIftjnZPsX0cil"
        "94o6g==:",
    },
)
CURVES: Mapping[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    "P-256": (ec.SECP256R1(), hashes.SHA256(), 32),
    "P-384": (ec.SECP384R1(), hashes.SHA384(), 48),
}


def _encoded(number: int, size: int) -> str:
    return urlsafe_b64encode(number.to_bytes(size, "big")).decode().rstrip("=")


@dataclass
class Signer:
    """Signs as RFC 9421 says, with a key of its own; written down anew, to check who reads it."""

    kid: str = "mine"
    curve: str = "P-256"
    private: ec.EllipticCurvePrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.private = ec.generate_private_key(CURVES[self.curve][0])

    @property
    def jwk(self) -> dict[str, Any]:
        point, size = self.private.public_key().public_numbers(), CURVES[self.curve][2]
        x, y = _encoded(point.x, size), _encoded(point.y, size)
        return {"kid": self.kid, "kty": "EC", "crv": self.curve, "x": x, "y": y}

    def sign(self, message: Message, *covered: str, more: str = "", label: str = "sig1") -> Message:
        """All that must be covered, or what is said."""
        headers = dict(message.headers)
        if message.body:
            digest = b64encode(sha256(message.body).digest()).decode()
            headers = {"content-digest": f"sha-256=:{digest}:", **headers}
            headers = {"content-type": "application/json", **headers}
        whole = replace(message, headers=headers)
        names = covered or tuple(sorted(whole.needed))
        inner = f'({" ".join(f"{chr(34)}{n}{chr(34)}" for n in names)});keyid="{self.kid}"{more}'
        lines = [f'"{name}": {_value(whole, name)}' for name in names]
        base = "\n".join([*lines, f'"@signature-params": {inner}']).encode()
        signature = b64encode(self._signed(base)).decode()
        headers |= {"signature-input": f"{label}={inner}", "signature": f"{label}=:{signature}:"}
        return replace(whole, headers=headers)

    def _signed(self, base: bytes) -> bytes:
        _, algorithm, size = CURVES[self.curve]
        r, s = decode_dss_signature(self.private.sign(base, ec.ECDSA(algorithm)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def _value(message: Message, name: str) -> str:
    authority, _, rest = message.url.partition("://")[2].partition("/")
    path, mark, query = f"/{rest}".partition("?")
    derived = {
        "@method": message.method,
        "@authority": authority,
        "@path": path,
        "@query": mark + query,
    }
    return derived.get(name) or message.headers[name]
