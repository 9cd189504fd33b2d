"""What pages are written on: templates that escape, one style sheet, and the headers of every page."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.pages.countries import COUNTRIES
from app.pages.payment import listed
from app.settings import Settings
from app.ucp import links

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src https: data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",  # with no-referrer, browsers send forms with `Origin: null`
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}
SHEETS = "/pages/"


def moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def machine(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("app.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": moment, "machine": machine, "listed": listed}
    environment.globals["countries"] = COUNTRIES
    return environment


@dataclass(frozen=True)
class Paper:
    """`root` is the path that the world knows this deployment under, if any."""

    shop: str
    root: str
    is_trial: bool
    links: tuple[tuple[str, str], ...]
    sheets: dict[str, bytes]
    environment: Environment = field(default_factory=templates, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Paper":
        """Raises `OSError` where the deployment's own style sheet cannot be read."""
        sheets = [files("app.pages").joinpath("style.css").read_bytes()]
        if settings.pages_style:
            sheets.append(Path(settings.pages_style).read_bytes())
        return cls(
            shop=settings.shop_name,
            root=urlsplit(settings.base_url).path,
            is_trial=settings.environment != "production",
            links=tuple((links.TITLES[kind], url) for kind, url in links.of(settings).items()),
            sheets={f"{sha256(sheet).hexdigest()[:16]}.css": sheet for sheet in sheets},
        )

    def page(self, template: str, status: int = 200, /, **shown: Any) -> Response:
        text = self.environment.get_template(template).render(
            shop=self.shop,
            is_trial=self.is_trial,
            links=self.links,
            sheets=[f"{self.root}{SHEETS}{name}" for name in self.sheets],
            **shown,
        )
        return HTMLResponse(text, status, HEADERS)

    def said(
        self,
        title: str,
        *lines: str,
        status: int = 200,
        go: tuple[str, str] | None = None,
        is_waiting: bool = False,
    ) -> Response:
        """A page of a few sentences; `go` is where to, and what that is called."""
        shown = {"title": title, "lines": lines, "go": go, "is_waiting": is_waiting}
        return self.page("said.html", status, **shown)

    def sent_on(self, path: str) -> Response:
        """See there: what was asked for is done, and loading again does nothing again."""
        return Response(status_code=303, headers={**HEADERS, "location": f"{self.root}{path}"})

    def sheet(self, name: str) -> Response | None:
        """A sheet is named by what is in it, so it may be kept for ever."""
        if (found := self.sheets.get(name)) is None:
            return None
        kept = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(found, media_type="text/css", headers={**HEADERS, **kept})
