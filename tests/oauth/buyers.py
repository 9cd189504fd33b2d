"""Somebody who has an account, and lets clients do something in their name: over the pages."""

import re
from asyncio import sleep, timeout
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from tests.oauth.forms import Browser, Page

PASSWORD = "correct horse battery staple"
LINK = re.compile(r"https?://\S+\?ticket=\S+")


async def join(browser: Browser, mail: Path, email: str | None = None) -> str:
    """Sign up, confirm the e-mail address by the letter that comes into this folder, and sign in;
    what the address is.
    """
    email = email or f"{uuid4().hex}@example.com"
    page = await browser.open("/sign-up")
    await browser.send(page, email=email, new=PASSWORD)
    link = urlsplit(await a_link(mail, email))
    page = await browser.open(f"{link.path}?{link.query}")
    page = await browser.send(page, password=PASSWORD)
    page = await browser.open("/sign-in")
    page = await browser.send(page, email=email, password=PASSWORD)
    assert page.status == 200, page.text
    return email


async def a_link(mail: Path, email: str) -> str:
    """The one in the letter to this address, once it has come."""
    async with timeout(60):
        while not (found := _link(mail, email)):  # noqa: ASYNC110  # folders have no event for it
            await sleep(0.02)
    return found


def _link(mail: Path, email: str) -> str | None:
    for file in mail.glob("*.eml"):
        letter = message_from_bytes(file.read_bytes(), policy=default)
        if letter["to"] == email and (found := LINK.search(letter.get_content())):
            return found[0]
    return None


async def agree(browser: Browser, url: str) -> str:
    """Where a client's request leads, once its owner has agreed to it."""
    return _sent(await browser.send(await browser.open(url), press="allow"))


async def refuse(browser: Browser, url: str) -> str:
    return _sent(await browser.send(await browser.open(url), press="deny"))


async def turned_away(browser: Browser, url: str) -> str:
    """Where a request leads that asks for something wrong."""
    return _sent(await browser.open(url))


def _sent(page: Page) -> str:
    assert page.location, f"{page.status} {page.text}"
    return page.location
