"""What strangers make us fetch or tell: their profiles, their webhooks. It calls nobody else."""

import re
from asyncio import timeout
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientResponse,
    ClientSession,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from infrastructure.shared.calls.public_addresses import (
    LOOPBACK,
    NotAllowed,
    PublicAddresses,
    is_literal,
)
from infrastructure.shared.database.engines import require_no_transaction

__all__ = ["Fetched", "GuardedClient", "NotAllowed", "TooLarge", "Unreachable", "Unresolvable"]

LONGEST_URL = 2000
MOST_AT_ONCE = 50
PIECE = 16_384
PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]+")
"""What a URL is written with: nothing that two readers could read as two addresses."""


class Unresolvable(Exception):
    """There is no such name (UCP FET-12)."""


class Unreachable(Exception):
    """It is somewhere, and did not answer in time or in a way that could be understood."""


class TooLarge(Unreachable):
    """There is more of it than anybody needs."""


@dataclass(frozen=True)
class Fetched:
    """What was answered. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GuardedClient:
    """Calls https URLs on the open internet, at the ports that are allowed (UCP FET-2 to FET-4,
    FET-10). It follows no redirect, has no cookies and credentials, knows no proxy, and waits for so
    many `seconds` in all and `most_bytes`, however they were packed. Who calls `at_once` others already
    waits for one of them, and that is within its seconds.

    For trying out, it `allows_loopback`: what is on this host, at any port and over http too.
    It opens with the first call, and is closed by whoever made it.
    """

    def __init__(
        self,
        *,
        allows_loopback: bool,
        seconds: float,
        most_bytes: int,
        ports: Iterable[int] = (443,),
        at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._at_once = at_once
        self._allows_loopback, self._seconds = allows_loopback, seconds
        self._most_bytes, self._ports = most_bytes, frozenset(ports)
        self._is_open = False

    def require_fit(self, url: str) -> None:
        """Raises `NotAllowed` if the URL alone says that it would not be called."""
        self._fit(url)

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        return await self._ask("GET", url, None, headers or {})

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Fetched:
        return await self._ask("POST", url, body, headers)

    async def close(self) -> None:
        if self._is_open:
            await self._session.close()
            await self._addresses.close()

    async def _ask(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        """Raises `NotAllowed`, `Unresolvable` or `Unreachable`."""
        require_no_transaction("a call to a stranger")
        at = self._fit(url)
        try:
            async with (
                timeout(self._seconds),
                self._session.request(
                    method, at, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                told = {name.lower(): value for name, value in response.headers.items()}
                return Fetched(response.status, told, await self._read(response))
        except ClientConnectorDNSError:
            raise Unresolvable(f"there is no {at.host}") from None
        except (ClientError, TimeoutError, OSError, ValueError) as broken:
            raise Unreachable(f"{at.host}: {type(broken).__name__}") from broken

    async def _read(self, response: ClientResponse) -> bytes:
        body = bytearray()
        while piece := await response.content.read(PIECE):
            body += piece
            if len(body) > self._most_bytes:
                raise TooLarge(f"more than {self._most_bytes} bytes")
        return bytes(body)

    def _fit(self, url: str) -> URL:
        """It goes out as it is written, so that what was signed is what arrives."""
        try:
            is_plain = len(url) <= LONGEST_URL and PLAIN.fullmatch(url)
            at = URL(url, encoded=True) if is_plain else URL()
            host, port = at.host or "", at.port
        except ValueError:
            raise NotAllowed("this is no URL") from None
        if not host or "@" in at.raw_authority:
            raise NotAllowed("this is no URL of a host, and nothing else")
        if self._allows_loopback and host.lower() in LOOPBACK and at.scheme in ("http", "https"):
            return at
        if at.scheme != "https":
            raise NotAllowed("only https URLs are called")
        if is_literal(host):
            raise NotAllowed("a host has a name")
        if port not in self._ports:
            raise NotAllowed(f"port {port} is not called")
        return at

    @cached_property
    def _addresses(self) -> PublicAddresses:
        return PublicAddresses(allows_loopback=self._allows_loopback)

    @cached_property
    def _session(self) -> ClientSession:
        self._is_open = True
        return ClientSession(
            connector=TCPConnector(
                resolver=self._addresses, use_dns_cache=False, limit=self._at_once
            ),
            cookie_jar=DummyCookieJar(),
            headers={"user-agent": "Freestone"},
            trust_env=False,
        )
