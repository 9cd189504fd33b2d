"""The addresses that strangers may have us call: those of the open internet, and no others."""

import socket
from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_LOOKUPS = 8
NAT64 = ip_network("64:ff9b::/96")
UNICAST = ip_network("2000::/3")
TUNNELS = (ip_network("2001::/32"), ip_network("2002::/16"))
"""Teredo and 6to4: they carry an IPv4 address that somebody else would call for us."""


class NotAllowed(Exception):
    """What strangers have no business to make us call."""


def is_public(address: str) -> bool:
    """Whether this is no private, local, shared, multicast, reserved or metadata address, in whatever
    of its forms it is written (UCP FET-10).
    """
    try:
        at = ip_address(address)
    except ValueError:  # with a zone, for one
        return False
    if isinstance(at, IPv6Address):
        if at in NAT64:
            return is_public(str(IPv4Address(int(at) & 0xFFFFFFFF)))
        return at in UNICAST and at.is_global and not any(at in tunnel for tunnel in TUNNELS)
    return at.is_global and not at.is_multicast and not at.is_reserved


def is_literal(host: str) -> bool:
    """Whether a host is an address and no name, or what some take for an address."""
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or last.startswith("0x")


class PublicAddresses(AbstractResolver):
    """Finds where a name is. The addresses that it gives are those that are called: nobody asks twice.

    A name with one address that is not for strangers is refused whole (`NotAllowed`). It has threads
    of its own, so that a slow name keeps waiting only those who ask for names.
    """

    def __init__(self, *, allows_loopback: bool) -> None:
        self._allows_loopback = allows_loopback
        self._threads = ThreadPoolExecutor(MOST_LOOKUPS, "addresses")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await get_running_loop().run_in_executor(
            self._threads, _looked_up, host, port, family
        )
        if not (self._allows_loopback and host.lower() in LOOPBACK):
            require_public(host, [result["host"] for result in found])
        return found

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def require_public(host: str, addresses: list[str]) -> None:
    if not addresses or not all(map(is_public, addresses)):
        raise NotAllowed(f"{host} is not on the open internet")


def _looked_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """Raises `OSError` if there is no such name."""
    try:
        infos = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    except UnicodeError as unfit:  # no name can be as long
        raise OSError("there is no such name") from unfit
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in infos
    ]
