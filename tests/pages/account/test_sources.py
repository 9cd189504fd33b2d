"""Browsers hold the answer to a form, where that leads elsewhere, to the policy of its page."""

import pytest

from app.pages.account.sources import letting, source_of
from app.pages.paper import HEADERS


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://agent.example/back?a=b", "https://agent.example"),
        ("https://AGENT.example:8443/back", "https://agent.example:8443"),
        ("http://127.0.0.1:49152/back", "http://127.0.0.1:49152"),
        ("http://[::1]:49152/back", "http:"),
        ("com.example.app:/back", "com.example.app:"),
        ("com.example.app://back", "com.example.app:"),
        ("", ""),
        ("/back", ""),
        ("https://a;script-src *", "https:"),
        ("https://a b.example", "https:"),
        ("https://agent.example@evil.example/", "https://evil.example"),
    ],
)
def test_one_origin_and_no_more_is_let_in(address: str, source: str) -> None:
    assert source_of(address) == source


def test_the_rest_of_the_policy_stays() -> None:
    policy = HEADERS["content-security-policy"]

    with_it = letting(policy, "https://agent.example/back")

    assert "form-action 'self' https://agent.example;" in with_it
    assert with_it.replace(" https://agent.example", "") == policy
    assert letting(policy, "") == policy
