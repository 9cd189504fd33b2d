"""A browser that has signed in goes on to a page of ours, whoever wrote the address it came by."""

import pytest

from app.pages.account.way_back import HOME, by, errand, ours, to_authorize

ELSEWHERE = [
    "",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,evil",
    "/account@evil.example",
    "/account/../../evil",
    "/account//evil.example",
    "/account?next=//evil.example",
    "/account#//evil.example",
    " /account",
    "/account\r\nSet-Cookie: a=b",
    "/authorize",
    "/authorize?",
    "/authorize?a=b\r\nX: y",
    "/authorize?a=b#c",
    "/authorize?a=\\\\evil.example",
    '/authorize?a="><script>',
    "/authorize?a=ü",
    "/authorize?" + "a" * 8001,
    "//evil.example/authorize?a=b",
    "/authorize//evil.example?a=b",
    "/sign-out",
    "/checkout/chk_1",
]


@pytest.mark.parametrize("told", ELSEWHERE)
def test_what_is_no_place_of_ours_leads_to_the_account(told: str) -> None:
    assert ours(told) == HOME


@pytest.mark.parametrize(
    "place", ["/account", "/account/sessions", "/authorize?client_id=a&state=%2F%2Fevil&x=a+b"]
)
def test_what_is_one_is_gone_on_to(place: str) -> None:
    assert ours(place) == place


def test_a_request_comes_back_in_plain_letters_and_says_the_same() -> None:
    place = to_authorize('scope=a b&state={"n":[1]}&x=ü%20\\'.encode())

    assert place == "/authorize?scope=a%20b&state=%7B%22n%22:%5B1%5D%7D&x=%C3%BC%20%5C"
    assert errand(place) == place.removeprefix("/authorize?")
    assert ours(place) == place


def test_an_address_leads_on_in_one_piece() -> None:
    place = "/authorize?client_id=a&scope=b%20c"

    assert by("/sign-in", place) == "/sign-in?next=%2Fauthorize%3Fclient_id%3Da%26scope%3Db%2520c"
    assert by("/sign-in", HOME) == "/sign-in"
    assert by("/sign-in", HOME, told="reset") == "/sign-in?told=reset"
