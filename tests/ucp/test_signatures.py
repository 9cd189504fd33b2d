"""What a platform signs, by the examples of the digest and by a signer of our own (UCP section 20)."""

from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from app.ucp.errors import Refused
from app.ucp.platforms.signatures import Message, joined, require_signed
from tests.ucp.signing import BODY, COVERED, KEY, V1, V2, Signer

OTHER_BODY = BODY.replace(b"2}", b"3}")


def said_no(message: Message, *keys: dict[str, Any]) -> str:
    try:
        require_signed(message, keys or (KEY,))
    except Refused as no:
        return no.code
    return ""


def with_headers(message: Message, **changed: str | None) -> Message:
    told = {name.replace("_", "-"): value for name, value in changed.items()}
    kept = {**message.headers, **told}
    return replace(message, headers={n: v for n, v in kept.items() if v is not None})


def digest_of(body: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def as_der(message: Message) -> str:
    raw = b64decode(message.headers["signature"].removeprefix("sig1=:").removesuffix(":"))
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return f"sig1=:{b64encode(encode_dss_signature(r, s)).decode()}:"


@pytest.mark.ucp("SIG-1", "SIG-3", "SIG-5", "SIG-8", "SIG-9", "SIG-11", "SIG-12", "SIG-13")
@pytest.mark.parametrize("message", [V1, V2])
def test_what_was_signed_is_believed(message: Message) -> None:
    require_signed(message, (Signer().jwk, KEY))


@pytest.mark.ucp("SIG-4", "SIG-5", "SIG-9", "SIG-10", "IDM-7")
@pytest.mark.parametrize(
    ("message", "code"),
    [
        (replace(V1, method="PUT"), "signature_invalid"),
        (replace(V1, url="https://shop.example/ucp/v1/carts"), "signature_invalid"),
        (replace(V1, url="https://evil.example/ucp/v1/checkout-sessions"), "signature_invalid"),
        (with_headers(V1, idempotency_key="another"), "signature_invalid"),
        (with_headers(V1, ucp_agent='profile="https://x.example/"'), "signature_invalid"),
        (with_headers(V1, signature_input=f'sig1={COVERED};keyid="other"'), "key_not_found"),
        (with_headers(V1, signature_input=f"sig1={COVERED}"), "key_not_found"),
        (replace(V1, body=OTHER_BODY), "digest_mismatch"),
        (
            replace(with_headers(V1, content_digest=digest_of(OTHER_BODY)), body=OTHER_BODY),
            "signature_invalid",
        ),
        (with_headers(V1, signature=as_der(V1)), "signature_invalid"),
        (with_headers(V1, signature="sig1=:AAAA:"), "signature_invalid"),
        (with_headers(V1, signature=None), "signature_missing"),
        (with_headers(V1, signature_input=None), "signature_missing"),
        (with_headers(V1, signature="sig1=text"), "signature_missing"),
        (with_headers(V1, signature_input="sig2=();keyid=1"), "signature_missing"),
        (with_headers(V1, signature_input="{"), "signature_missing"),
        (with_headers(V1, signature_input=f"sig1={COVERED};a={'x' * 5000}"), "signature_missing"),
        (with_headers(V1, content_digest=None), "signature_missing"),
        (with_headers(V1, idempotency_key=None), "signature_missing"),
        (with_headers(V1, content_digest="md5=:AAAA:"), "digest_mismatch"),
        (
            with_headers(V1, signature_input=f'sig1={COVERED};keyid="platform-test-1";alg="rsa"'),
            "algorithm_unsupported",
        ),
        (replace(V2, url=V2.url.replace("full", "none")), "signature_invalid"),
        (replace(V2, url=V2.url.partition("?")[0]), "signature_invalid"),
    ],
)
def test_what_was_not_signed_as_it_is_is_not_believed(message: Message, code: str) -> None:
    assert said_no(message) == code


@pytest.mark.ucp("SIG-10", "SIG-9")
def test_a_signature_that_leaves_something_out_is_none() -> None:
    signer = Signer()
    plain = Message(
        "POST", V1.url, {k: V1.headers[k] for k in ("ucp-agent", "idempotency-key")}, BODY
    )
    whole = signer.sign(plain)
    assert said_no(whole, signer.jwk) == ""

    for left_out in whole.needed:
        rest = sorted(whole.needed - {left_out})
        assert said_no(signer.sign(plain, *rest), signer.jwk) == "signature_invalid"

    read = replace(plain, has_key=False)
    unnamed = signer.sign(with_headers(read, idempotency_key=None))
    assert said_no(unnamed, signer.jwk) == ""


@pytest.mark.ucp("SIG-1", "SIG-2", "SIG-3", "A-65")
def test_the_curve_of_a_key_names_the_algorithm() -> None:
    large = Signer(curve="P-384")
    signed = large.sign(V2)
    assert said_no(signed, large.jwk) == ""

    unfit = ({"alg": "ES256"}, {"crv": "P-521"}, {"kty": "RSA"}, {"kty": "OKP", "crv": "Ed25519"})
    for changed in unfit:
        assert said_no(signed, {**large.jwk, **changed}) == "algorithm_unsupported"
    for x in ("AAAA", "!", None):
        assert said_no(signed, {**large.jwk, "x": x}) == "signature_invalid"
    assert said_no(signed, {**large.jwk, "use": "enc"}) == "key_not_found"


@pytest.mark.ucp("SIG-7", "SIG-16")
def test_of_several_signatures_one_with_a_key_of_the_profile_counts() -> None:
    ours, others = Signer("ours"), Signer("others")
    one, other = ours.sign(V2, label="mine"), others.sign(V2, label="a")
    both = {
        name: f"{other.headers[name]}, {one.headers[name]}"
        for name in ("signature", "signature-input")
    }
    signed = replace(V2, headers={**V2.headers, **both})

    assert said_no(signed, Signer("first").jwk, ours.jwk) == ""
    assert said_no(signed, Signer("others").jwk) == "signature_invalid"


@pytest.mark.ucp("SIG-8")
def test_times_of_a_signature_are_honoured_where_they_say_something() -> None:
    signer = Signer()

    assert said_no(signer.sign(V2, more=";created=1"), signer.jwk) == ""
    assert said_no(signer.sign(V2, more=";created=9999999999"), signer.jwk) == "signature_invalid"
    assert said_no(signer.sign(V2, more=";created=1;expires=2"), signer.jwk) == "signature_invalid"


@pytest.mark.ucp("SIG-12")
def test_headers_of_one_name_are_one() -> None:
    raw = [(b"A", b" 1 "), (b"b", b"2"), (b"a", b"3")]

    assert joined(raw) == {"a": "1, 3", "b": "2"}
