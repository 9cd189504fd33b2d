"""Signs what goes out, so that whoever gets it knows that it is ours and whole (RFC 9421, RFC 9530).

UCP's profile of both is section 20. It signs with keys of its own, published as `signing_keys`, and
only what this process says: there is no call by which others could have something signed.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from yarl import URL

from infrastructure.shared.clock import utc_now
from infrastructure.shared.keys.folder import KeyFolder

LABEL = "sig1"
WIDTH = 32
"""Bytes of r and of s on P-256 (SIG-5)."""
HASHED = ECDSA(SHA256())


class MessageSigner:
    """With whichever key signs now. It answers the headers that are to be added."""

    def __init__(self, keys: KeyFolder, clock: Callable[[], datetime] = utc_now) -> None:
        self._keys, self._clock = keys, clock

    def of_request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> dict[str, str]:
        """All of a request: `headers` are those that are covered besides (SIG-9, SIG-11)."""
        at = URL(url, encoded=True)
        digest = content_digest(body)
        covered = {"@method": method, "@authority": _authority(at), "@path": at.raw_path or "/"}
        if at.raw_query_string:
            covered["@query"] = f"?{at.raw_query_string}"
        covered |= {name.lower(): value for name, value in headers.items()}
        return {"Content-Digest": digest, **self._signed({**covered, "content-digest": digest})}

    def of_response(self, status: int, media: str, body: bytes) -> dict[str, str]:
        """SIG-9, SIG-20 to SIG-22."""
        digest = content_digest(body)
        covered = {"@status": str(status), "content-digest": digest, "content-type": media}
        return {"Content-Digest": digest, **self._signed(covered)}

    def _signed(self, covered: Mapping[str, str]) -> dict[str, str]:
        signing = self._keys.signing()
        names = " ".join(f'"{name}"' for name in covered)
        created = int(self._clock().timestamp())
        terms = f'({names});created={created};keyid="{signing.dated.name}"'
        lines = [f'"{name}": {value.strip()}' for name, value in covered.items()]
        signed = "\n".join([*lines, f'"@signature-params": {terms}']).encode()
        key: EllipticCurvePrivateKey = signing.key.get_op_key("sign")
        r, s = decode_dss_signature(key.sign(signed, HASHED))
        raw = r.to_bytes(WIDTH) + s.to_bytes(WIDTH)
        return {
            "Signature-Input": f"{LABEL}={terms}",
            "Signature": f"{LABEL}=:{b64encode(raw).decode()}:",
        }


def content_digest(body: bytes) -> str:
    """SIG-4."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def _authority(at: URL) -> str:
    """SIG-13: in lower case, and with the port only where it is not the scheme's own."""
    host = (at.raw_host or "").lower()
    host = f"[{host}]" if ":" in host else host
    return host if at.is_default_port() else f"{host}:{at.port}"
