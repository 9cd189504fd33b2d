"""A browser without a window: it keeps cookies, sends forms as it was shown them, and tells all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

from aiohttp import ClientSession, DummyCookieJar

OURS = {"Sec-Fetch-Site": "same-origin"}
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


@dataclass(frozen=True)
class Seen:
    status: int
    html: str
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def heading(self) -> str:
        return self.html.partition("<h1>")[2].partition("</h1>")[0]

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that goes there, as they stand."""
        forms = [f for f in Forms(self.html).forms if f.action.partition("?")[0] == action]
        assert forms, f"no form goes to {action}: {self.status} {self.html}"
        return dict(forms[0].fields)


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag == "form":
            self.forms.append(Form(told.get("action") or ""))
        elif tag == "input" and self.forms and (name := told.get("name")):
            self.forms[-1].fields[name] = told.get("value") or ""


@dataclass
class Browsing:
    client: ClientSession
    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def open(self, path: str, **headers: str) -> Seen:
        return await self._ask("GET", path, headers=headers)

    async def send(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = OURS
    ) -> Seen:
        return await self._ask("POST", path, data=dict(fields), headers=dict(headers))

    async def fill(self, path: str, action: str = "", /, **fields: str) -> Seen:
        """Open a page, fill in its form and send it."""
        action = action or path.partition("?")[0]
        form = (await self.open(path)).form(action)
        return await self.send(action, {**form, **fields})

    async def sign_in(self, email: str, password: str, door: str = "/sign-in") -> Seen:
        return await self.fill(door, email=email, password=password)

    async def _ask(self, method: str, path: str, **how: Any) -> Seen:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"User-Agent": CHROME, **how.pop("headers")}
        headers |= {"Cookie": kept} if kept else {}
        url = f"{self.url}{path}"
        async with self.client.request(
            method, url, headers=headers, allow_redirects=False, **how
        ) as answer:
            lines = tuple(answer.headers.getall("Set-Cookie", ()))
            for line in lines:
                self._keep(line)
            return Seen(answer.status, await answer.text(), answer.headers, lines)

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def without_jar() -> ClientSession:
    return ClientSession(cookie_jar=DummyCookieJar())
