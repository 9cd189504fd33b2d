"""A session's cookie is set by this shop alone, read by no script, and sent to no other host."""

import pytest
from fastapi import Request, Response

from app.pages.account.cookies import SESSION, VISIT, Cookies

TOKEN = "fse_" + "a" * 43


def kept(cookies: Cookies, what: str = SESSION, days: int | None = None) -> str:
    response = Response()
    cookies.set(response, what, TOKEN, days=days)
    return response.headers["set-cookie"]


def asked(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})


def test_over_https_no_other_host_can_set_it() -> None:
    line = kept(Cookies("https://shop.example"))

    assert line == f"__Host-session={TOKEN}; HttpOnly; Path=/; SameSite=lax; Secure"


def test_on_loopback_it_is_a_plain_one() -> None:
    line = kept(Cookies("http://127.0.0.1:8000"))

    assert line == f"session={TOKEN}; HttpOnly; Path=/; SameSite=lax"


def test_two_shops_of_one_origin_keep_one_each() -> None:
    flowers, books = Cookies("https://a.example/flowers"), Cookies("https://a.example/books")

    line = kept(flowers)

    assert line.startswith("__Host-session-")
    assert "; Path=/;" in line
    assert flowers.read(asked(line.partition(";")[0]), SESSION) == TOKEN
    assert books.read(asked(line.partition(";")[0]), SESSION) == ""


def test_a_buyer_is_known_again_after_weeks() -> None:
    assert "; Max-Age=7776000;" in kept(Cookies("https://shop.example"), days=90)


@pytest.mark.parametrize(
    "told", ["", "short", "a" * 101, "with space in it here", "<script>aaaaaaaaaaaa"]
)
def test_what_is_no_token_is_none(told: str) -> None:
    cookies = Cookies("http://127.0.0.1:8000")

    assert cookies.read(asked(f"session={told}"), SESSION) == ""
    assert cookies.read(asked(f"visit={told}"), VISIT) == ""


def test_it_is_forgotten_as_it_was_set() -> None:
    response = Response()

    Cookies("https://shop.example").clear(response, SESSION, VISIT)

    lines = response.headers.getlist("set-cookie")
    assert [line.partition("=")[0] for line in lines] == ["__Host-session", "__Host-visit"]
    assert all("Max-Age=0" in line and "Secure" in line and "Path=/" in line for line in lines)
