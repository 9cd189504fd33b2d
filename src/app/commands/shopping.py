"""A platform that buys something over the shopping API (UCP 2026-04-08), as any other would."""

from asyncio import sleep
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from json import loads
from time import perf_counter
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, InvalidURL

from app.commands.terminal import AnsweredNo, Away, Unusable
from app.ucp.profile import OWN, PREFIX

SECONDS = 15.0
TRIES = 4
"""Of one request: each is named, so asking again does nothing again."""
AWAY = (502, 503, 504)
"""What a shop answers, or who stands before it, that cannot serve just now."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    milliseconds: float


@dataclass
class Platform:
    """`url` is where the shop is. Raises `Away` where nobody answers."""

    client: ClientSession
    url: str
    key: str = field(default="", repr=False)
    endpoint: str = ""

    async def look_around(self) -> Answer:
        """Read the shop's profile, and find the endpoint of its shopping API there."""
        found = await self.ask("GET", f"{self.url}/.well-known/ucp")
        try:
            services: Sequence[Mapping[str, Any]] = found.body["ucp"]["services"][
                "dev.ucp.shopping"
            ]
            self.endpoint = next(one["endpoint"] for one in services if one["transport"] == "rest")
        except (LookupError, TypeError, StopIteration):
            raise Unusable(f"--url: {self.url} is no shop that speaks UCP over REST") from None
        return found

    async def shop(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask the shop for something. Raises `AnsweredNo` for what is no checkout and no order."""
        answer = await self.ask(method, f"{self.endpoint}{path}", body)
        if answer.status >= 400 or "id" not in answer.body:
            raise AnsweredNo(reasons(answer.body) or f"the shop answered {answer.status}")
        return answer

    async def ask(self, method: str, url: str, body: Any = None) -> Answer:
        """Raises `Away` also where it is not the shop that answers, but who stands before it."""
        headers = {"UCP-Agent": f'profile="{self.endpoint.removesuffix(PREFIX)}{OWN}"'}
        if self.key:
            headers["X-API-Key"] = self.key
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())
        for last in (False,) * (TRIES - 1) + (True,):
            began = perf_counter()
            try:
                async with self.client.request(
                    method, url, json=body, headers=headers, timeout=ClientTimeout(total=SECONDS)
                ) as reply:
                    if reply.status in AWAY and not last:
                        await sleep(_retry_after(reply.headers))
                        continue
                    text = await reply.read()
            except InvalidURL as unfit:
                raise Unusable(f"--url: {self.url} sends us to {url}, which is no URL") from unfit
            except (ClientError, TimeoutError, OSError) as failure:
                asked = self._asked(url)
                raise Away(f"nobody answers at {asked}: is the server running?") from failure
            took = (perf_counter() - began) * 1000
            return Answer(reply.status, self._read(self._asked(url), reply.status, text), took)
        raise AssertionError("the last try answers")

    def _asked(self, url: str) -> str:
        """Who was asked: not always whom the caller named, for a profile may send us elsewhere."""
        if url.startswith(f"{self.url}/"):
            return self.url
        return f"{self.endpoint} (so says the profile of {self.url})"

    def _read(self, asked: str, status: int, text: bytes) -> dict[str, Any]:
        try:
            told = loads(text)
        except ValueError as garbled:
            if status in AWAY:
                raise Away(f"{asked} cannot serve this just now: it answers {status}") from None
            raise Unusable(f"--url: {asked} does not answer in JSON") from garbled
        body = told if isinstance(told, dict) else {}
        if status in AWAY:
            why = reasons(body) or f"it answers {status}"
            raise Away(f"{asked} cannot serve this just now: {why}")
        return body


@contextmanager
def understood(url: str) -> Iterator[None]:
    """What is read here is a stranger's, and need not be what the protocol says."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as unfit:
        raise Unusable(f"--url: {url} answers as no UCP shop does") from unfit


def reasons(body: Mapping[str, Any]) -> str:
    """Why not, in the shop's words: its errors, and whatever else it says where it names none."""
    messages = body.get("messages") or ()
    errors = [one for one in messages if one.get("type") == "error"]
    told = [str(one.get("content")) for one in errors or messages]
    return "\n".join(told) or str(body.get("content", ""))


def warnings(body: Mapping[str, Any]) -> list[str]:
    """What a shop warns of, and where in its answer that belongs."""
    told = [one for one in body.get("messages") or () if one.get("type") == "warning"]
    return [
        f"{one.get('content')} ({one['path']})" if one.get("path") else str(one.get("content"))
        for one in told
    ]


def _retry_after(headers: Mapping[str, str]) -> float:
    told = headers.get("retry-after", "1")
    return min(float(told), 5.0) if told.isdigit() else 1.0
