"""A platform that buys something over the shopping API (UCP 2026-04-08), as any other would."""

from asyncio import sleep
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout

from app.commands.terminal import AnsweredNo, Away, Unusable

PROFILE = 'profile="https://freestone.invalid/cli.json"'
SECONDS = 15.0
TRIES = 4
"""Of one request: each is named, so asking again does nothing again."""


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
        except (KeyError, StopIteration):
            raise Unusable(f"--url: {self.url} is no shop that speaks UCP over REST") from None
        return found

    async def shop(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask the shop for something. Raises `AnsweredNo` for what is no checkout and no order."""
        answer = await self.ask(method, f"{self.endpoint}{path}", body)
        if answer.status == 503:
            raise Away(reasons(answer.body) or f"{self.url} cannot serve this just now")
        if answer.status >= 400 or "id" not in answer.body:
            raise AnsweredNo(reasons(answer.body) or f"the shop answered {answer.status}")
        return answer

    async def ask(self, method: str, url: str, body: Any = None) -> Answer:
        headers = {"UCP-Agent": PROFILE}
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
                    if reply.status == 503 and not last:
                        await sleep(_retry_after(reply.headers))
                        continue
                    told = await reply.json(content_type=None)
            except (ClientError, TimeoutError, OSError) as failure:
                raise Away(f"nobody answers at {self.url}: is the server running?") from failure
            except ValueError as garbled:
                raise Unusable(f"--url: {self.url} does not answer in JSON") from garbled
            took = (perf_counter() - began) * 1000
            return Answer(reply.status, told if isinstance(told, dict) else {}, took)
        raise AssertionError("the last try answers")


def reasons(body: Mapping[str, Any]) -> str:
    """Why not, in the shop's words."""
    told = [str(message.get("content")) for message in body.get("messages", ())]
    return "\n".join(told) or str(body.get("content", ""))


def _retry_after(headers: Mapping[str, str]) -> float:
    told = headers.get("retry-after", "1")
    return min(float(told), 5.0) if told.isdigit() else 1.0
