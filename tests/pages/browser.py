"""Debian's Chromium, as a buyer would use it: nothing that it asks for leaves loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from os import environ
from shutil import which
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from tests.left_out import leave_out

NAMES = ("chromium", "chromium-browser", "google-chrome")
OBTAINED_BY = (
    "on Debian apt-get install -y chromium, or say where it is, CHROMIUM=/path/to/chromium"
)
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
PICTURES = "example.com"
"""Where the demo shop's products say that their pictures are."""
PATIENCE_MILLISECONDS = 120_000
COLOURS = {"roses": "#b3122f", "pot": "#b5651d", "sunflowers": "#e0a100", "tulips": "#c2479b"}


expect.set_options(timeout=PATIENCE_MILLISECONDS)


def executable() -> str:
    found = environ.get("CHROMIUM") or next(filter(None, map(which, NAMES)), None)
    if not found:
        leave_out("Chromium, which the pages are tested in", OBTAINED_BY)
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(), args=[NOWHERE_ELSE]
        )
        yield browser
        await browser.close()


@dataclass
class Window:
    """A browser window of a buyer's own. `strays` are addresses elsewhere that were asked for."""

    page: Page
    context: BrowserContext
    strays: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def answer(self, route: Route) -> None:
        """Pictures are drawn here; whatever else is elsewhere is not there."""
        host = urlsplit(route.request.url).hostname
        if host == "127.0.0.1":
            await route.continue_()
        elif host == PICTURES and route.request.resource_type == "image":
            name = urlsplit(route.request.url).path.strip("/").partition(".")[0]
            await route.fulfill(
                content_type="image/svg+xml", body=_drawn(COLOURS.get(name, "#888"))
            )
        else:
            self.strays.append(route.request.url)
            await route.abort()


@asynccontextmanager
async def window(browser: Browser, **how: Any) -> AsyncIterator[Window]:
    """A fresh window: `color_scheme="dark"`, `java_script_enabled=False`, `viewport={...}`."""
    context = await browser.new_context(**{"reduced_motion": "reduce", **how})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    opened = Window(await context.new_page(), context)
    opened.page.on("console", lambda said: opened.told.append(said.text))
    opened.page.on("pageerror", lambda error: opened.told.append(str(error)))
    await context.route("**/*", opened.answer)
    yield opened
    await context.close()


def _drawn(colour: str) -> str:
    """A flower, more or less."""
    petals = "".join(
        f'<ellipse cx="32" cy="19" rx="7" ry="12" fill="{colour}" transform="rotate({a} 32 32)"/>'
        for a in range(0, 360, 45)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="128" height="128">'
        f'<rect width="64" height="64" fill="#f3ede1"/>{petals}'
        '<circle cx="32" cy="32" r="7" fill="#f7d45c"/></svg>'
    )
