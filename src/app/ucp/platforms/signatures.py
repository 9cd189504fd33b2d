"""Messages that platforms have signed: RFC 9421, as UCP section 20 has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

import http_sf
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)

from app.ucp.errors import Refused
from app.ucp.platforms.keys import Jwk, algorithm_of, key_of, public_key

WRITES = ("POST", "PUT", "PATCH", "DELETE")
MOST_LABELS, LONGEST_FIELD = 5, 4000
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Message:
    """A request as it arrived, at the `url` that the world knows it by (SIG-13, SIG-26). `headers`
    are in lower case, those of one name joined. Where it `has_key`, its idempotency key keeps it
    from being repeated, and must be signed (SIG-25, IDM-7).
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    has_key: bool = True

    @property
    def needed(self) -> set[str]:
        """What a signature must cover (SIG-9)."""
        found = {"@method", "@authority", "@path", "ucp-agent"}
        if "?" in self.url:
            found.add("@query")
        if self.method in WRITES and self.has_key:
            found.add("idempotency-key")
        if self.body:
            found |= {"content-digest", "content-type"}
        return found


@dataclass(frozen=True)
class Signed:
    """One of its signatures: what it covers, and with which key."""

    label: str
    covered: tuple[tuple[str, Mapping[str, Any]], ...]
    parameters: Mapping[str, Any]
    signature: bytes

    @property
    def keyid(self) -> str:
        return str(self.parameters.get("keyid", ""))


def is_signed(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name in (b"signature", b"signature-input") for name, _ in headers)


def signatures(headers: Mapping[str, str]) -> tuple[Signed, ...]:
    """Those that make sense; none where there are none (SIG-7)."""
    inputs, values = _members(headers, "signature-input"), _members(headers, "signature")
    found = (_signed(label, inputs[label], values[label]) for label in inputs if label in values)
    return tuple(one for one in found if one)[:MOST_LABELS]


def require_signed(message: Message, keys: Sequence[Jwk]) -> None:
    """Refuses what the owner of these keys has not signed, as it is; with a word for each way to
    fall short, in the order of section 20.
    """
    found = signatures(message.headers)
    if not found:
        raise missing("Signature-Input and Signature")
    one = next((s for s in found if key_of(s.keyid, keys)), found[0])
    jwk = key_of(one.keyid, keys)
    if jwk is None:
        raise Refused(401, "key_not_found", "The profile has no key of the name in keyid.")
    algorithm = algorithm_of(jwk, one.parameters.get("alg"))
    if algorithm is None:
        text = "Keys are on the curves P-256 and P-384, which name the algorithm."
        raise Refused(400, "algorithm_unsupported", text)
    _require_digest(message)
    _require_covered(message, one)
    try:
        key = public_key(jwk["crv"], jwk["x"], jwk["y"])
        verifier = _Verifier(signature_algorithm=algorithm, key_resolver=_Of(key))
        verifier.verify(_alone(message, one), max_age=None)
    except (InvalidSignature, LookupError, ValueError, TypeError):
        raise invalid("The signature does not fit the message.") from None


def missing(what: str) -> Refused:
    return Refused(401, "signature_missing", f"{what} must be there, and make sense.")


def invalid(content: str) -> Refused:
    return Refused(401, "signature_invalid", content)


def _require_digest(message: Message) -> None:
    """Of the bytes as they came (SIG-4, SIG-6)."""
    if not (message.body or "content-digest" in message.headers):
        return
    if "content-digest" not in message.headers:
        raise missing("Content-Digest")
    told, _ = _members(message.headers, "content-digest").get("sha-256", (None, {}))
    if not isinstance(told, bytes) or not compare_digest(told, sha256(message.body).digest()):
        raise Refused(400, "digest_mismatch", "The body is another than Content-Digest says.")


def _require_covered(message: Message, one: Signed) -> None:
    """SIG-10. A component with parameters is a part of it, or of another message."""
    covered = {name for name, parameters in one.covered if not parameters}
    if lacking := message.needed - covered:
        raise invalid(f"The signature does not cover {', '.join(sorted(lacking))}.")
    absent = [c for c, _ in one.covered if not c.startswith("@") and c not in message.headers]
    if absent:
        raise missing(", ".join(absent))


def _members(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    text = headers.get(name, "")
    if len(text) > LONGEST_FIELD:
        return {}
    try:
        parsed = http_sf.parse(text.encode("latin-1"), tltype="dictionary")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _signed(label: str, said: Any, value: Any) -> Signed | None:
    (components, parameters), (signature, _) = said, value
    if not isinstance(components, list) or not isinstance(signature, bytes):
        return None
    covered = tuple((name, own) for name, own in components if isinstance(name, str))
    return Signed(label, covered, parameters, signature)


@dataclass(frozen=True)
class _Alone:
    """What the library is shown of a message: one signature."""

    method: str
    url: str
    headers: Mapping[str, str]


def _alone(message: Message, one: Signed) -> _Alone:
    inner: Any = (list(one.covered), dict(one.parameters))
    told = {
        "signature-input": http_sf.ser({one.label: inner}),
        "signature": http_sf.ser({one.label: (one.signature, {})}),
    }
    return _Alone(message.method, message.url, {**message.headers, **told})


class _Verifier(HTTPMessageVerifier):
    """`created` may be left out, and is never too old: what is repeated is known by its idempotency
    key, and a key that is no good any more is no longer in the profile (SIG-8).
    """

    require_created = False
    max_clock_skew = SKEW


class _Of(HTTPSignatureKeyResolver):
    def __init__(self, key: Any) -> None:
        self._key = key

    def resolve_public_key(self, _key_id: str) -> Any:
        return self._key


def joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name; those of one name in one, with commas between (SIG-12)."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1").strip()
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found
