"""What the pages of an account say of browsers, waits and places."""

import pytest

from app.pages.account.agents import UNKNOWN, named
from app.pages.account.consent_view import back_to
from app.pages.account.fields import NO_EMAIL, Fields, patience, unfit_in, wrong_email
from app.pages.account.linked import host_of
from domain.contracts.identity import UnfitAccount

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/140.0.0.0", "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 300, "x" * 60),
        ("", UNKNOWN),
    ],
)
def test_a_browser_has_a_name_that_its_owner_knows(agent: str, name: str) -> None:
    assert named(agent) == name


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "in 1 second"), (1, "in 1 second"), (30, "in 30 seconds"), (91, "in 2 minutes")],
)
def test_a_wait_is_told_as_people_tell_it(seconds: int, text: str) -> None:
    assert patience(seconds) == text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://agent.example/back", "agent.example"),
        ("http://127.0.0.1:49152/back", "a program on this device"),
        ("http://[::1]:49152/back", "a program on this device"),
        ("com.example.app:/back", "an app on this device (com.example.app)"),
        ("https://agent.example@evil.example/back", "evil.example"),
    ],
)
def test_where_one_is_sent_back_to_is_told(address: str, text: str) -> None:
    assert back_to(address) == text


def test_a_profile_is_told_by_its_host() -> None:
    assert host_of("https://Agent.example/ucp.json") == "agent.example"
    assert host_of(None) == ""


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@example"]
)
def test_what_is_no_address_is_told_before_anybody_is_asked(email: str) -> None:
    assert wrong_email(Fields({"email": email})) == {"email": NO_EMAIL}


def test_blanks_around_an_address_are_nobodys_mistake() -> None:
    assert wrong_email(Fields({"email": " ada@example.com "})) == {}


def test_what_identity_says_is_told_at_its_field() -> None:
    assert unfit_in(UnfitAccount("too many have it")) == {"new": "Too many have it."}
    assert unfit_in(UnfitAccount("its e-mail address is none")) == {"email": NO_EMAIL}
