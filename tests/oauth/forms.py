"""Pages as a browser without scripts has them: their forms are filled in and sent over HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from aiohttp import ClientSession, CookieJar


@dataclass
class Form:
    """`buttons` are what may be pressed, by name and value; `fields` are what is in it as it came."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    status: int
    url: str
    text: str
    location: str | None
    forms: list[Form]


@dataclass(frozen=True)
class Browser:
    """It keeps cookies, says where it comes from, and goes where it is sent within the shop."""

    http: ClientSession
    url: str

    async def open(self, path: str) -> Page:
        """`path` is one of the shop's, or a whole address in it."""
        return await self._asked("GET", urljoin(self.url, path))

    async def send(self, page: Page, /, *, press: str = "", **filled: str) -> Page:
        """Fill in the one form that has all these fields, and a button of this value if one is
        pressed.
        """
        form = self._found(page, press, filled)
        pressed = {name: value for name, value in form.buttons if name and value == press}
        where = urljoin(page.url, form.action)
        return await self._asked(form.method.upper(), where, {**form.fields, **filled, **pressed})

    def _found(self, page: Page, press: str, filled: Mapping[str, str]) -> Form:
        fitting = [
            form
            for form in page.forms
            if form.fields.keys() >= filled.keys()
            and (not press or press in [value for _, value in form.buttons])
        ]
        assert len(fitting) == 1, f"{len(fitting)} forms fit: {page.status} {page.text}"
        return fitting[0]

    async def _asked(self, method: str, where: str, form: Mapping[str, str] | None = None) -> Page:
        headers = {"origin": self.url} if method == "POST" else {}
        async with self.http.request(
            method, where, data=form, headers=headers, allow_redirects=False
        ) as answer:
            text, location = await answer.text(), answer.headers.get("location")
            status = answer.status
        if location and (ours := urljoin(where, location)).startswith(f"{self.url}/"):
            return await self._asked("GET", ours)
        reading = _Reading()
        reading.feed(text)
        return Page(status, where, text, location, reading.forms)


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action", ""), told.get("method", "get")))
            self._is_inside = True
        elif self._is_inside and tag == "button":
            self.forms[-1].buttons.append((told.get("name", ""), told.get("value", "")))
        elif self._is_inside and tag in ("input", "select", "textarea") and _is_sent(told):
            self.forms[-1].fields[told["name"]] = told.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


def _is_sent(told: Mapping[str, str]) -> bool:
    """A box that is not ticked is not."""
    is_box = told.get("type") in ("checkbox", "radio")
    return "name" in told and (not is_box or "checked" in told)


@asynccontextmanager
async def a_browser(url: str) -> AsyncIterator[Browser]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:  # loopback has no name
        yield Browser(http, url)
