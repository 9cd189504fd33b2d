"""What an access token costs that a client asks for in its own name, here and elsewhere.

Each gives the same number of tokens to as many clients at once, alone, and they take turns. Each
token is a JWT signed with ES256, and a grant is kept of each, by which it can be revoked.

python -m bench.tokens [--seconds 5] [--rounds 5]: this alone, a part of `make bench`.
"""

import sys
from argparse import ArgumentParser
from asyncio import gather, run
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from aiohttp import ClientSession, TCPConnector
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bench.clients import CLIENT, SCOPE, NotGranted, asking, shown
from bench.figures import ISSUER, PEERS, Figures, table
from bench.latencies import milliseconds
from bench.mints import Mint, freestone_mint, peer_mint
from bench.rounds import Untrue
from bench.verification import verify
from bench.watch import cpu_seconds

EACH_SECOND = 300
"""So many tokens for each second that a measurement is said to take: all give the same number."""
AT_ONCE = 8


@dataclass
class Given:
    """The tokens, how long each took, and all of them together."""

    tokens: list[str] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    seconds: float = 0.0


@contextmanager
def mints(folder: Path) -> Iterator[list[Mint]]:
    """Ours, and those that it is compared with. Raises `NotInstalled` and `Failed`."""
    with ExitStack() as stack:
        ours = stack.enter_context(freestone_mint(ISSUER, folder / "issuer"))
        peers = [
            stack.enter_context(peer_mint(name, folder / f"peer_{clients}", clients))
            for clients, name in PEERS.items()
        ]
        yield [ours, *peers]


def compare(mints: Sequence[Mint], figures: Figures, seconds: float) -> None:
    """One round. Raises `NotGranted`, or `Untrue` where a token is another than was asked for, or
    was granted and is not kept.
    """
    number = max(int(seconds * EACH_SECOND), AT_ONCE)
    tokens = [measure(mint, figures, number) for mint in mints]
    run(verify(mints[0], tokens[0], figures))
    last = partial(figures.last, clients=AT_ONCE)
    for peer in mints[1:]:
        if peer.database.pid:  # it runs here, so that its CPU is known
            ours, its = (
                last("token CPU", of) + last("token database CPU", of)
                for of in (mints[0].name, peer.name)
            )
            figures.note("token CPU against", ours / its, peer.name, clients=AT_ONCE)


def measure(mint: Mint, figures: Figures, number: int) -> list[str]:
    """The tokens that were given. Warm first: a JIT compiles what it runs often."""
    pids = [mint.database.pid] if mint.database.pid else []
    run(_given(mint, number // 2))
    kept, before, its_before = mint.granted, cpu_seconds([mint.pid]), cpu_seconds(pids)
    given = run(_given(mint, number))
    used, its = cpu_seconds([mint.pid]) - before, cpu_seconds(pids) - its_before
    _hold(mint, given, mint.granted - kept)
    note = partial(figures.note, of=mint.name, clients=AT_ONCE)
    note("tokens", number / given.seconds)
    note("token p50", milliseconds(given.taken, 0.5))
    note("token CPU", used / number * 1000)
    if pids:
        note("token database CPU", its / number * 1000)
    return given.tokens


async def _given(mint: Mint, number: int) -> Given:
    given, left = Given(), iter(range(number))
    asked = asking(mint.audience)
    async with ClientSession(headers=shown(mint.secret), connector=TCPConnector(limit=0)) as client:

        async def over_and_over() -> None:
            for _ in left:
                began = monotonic()
                async with client.post(mint.token_url, data=asked) as answered:
                    if answered.status != 200:
                        raise NotGranted(f"{mint.name}: {answered.status} {await answered.text()}")
                    given.tokens.append((await answered.json())["access_token"])
                given.taken.append(monotonic() - began)

        began = monotonic()
        await gather(*(over_and_over() for _ in range(AT_ONCE)))
        given.seconds = monotonic() - began
    return given


def _hold(mint: Mint, given: Given, kept: int) -> None:
    """To what was answered: the tokens are what was asked for, and their grants are there."""
    if kept != len(given.taken):
        raise Untrue(f"{mint.name}: {len(given.taken)} tokens were given, and {kept} grants kept")
    keys = run(_keys(mint))
    try:
        token = jwt.decode(given.tokens[-1], keys, algorithms=["ES256"])
    except (JoseError, ValueError) as why:
        raise Untrue(f"{mint.name}: a token that its keys do not verify: {why!r}") from None
    wanted = {
        "iss": mint.issuer,
        "aud": mint.audience,
        "client_id": CLIENT,
        "scope": SCOPE,
    }
    found = {name: token.claims.get(name) for name in wanted}
    if token.header.get("typ") != "at+jwt" or found != wanted or "grant" not in token.claims:
        raise Untrue(f"{mint.name}: gave {token.header} {token.claims}")


async def _keys(mint: Mint) -> KeySet:
    async with ClientSession() as client, client.get(mint.keys_url) as answered:
        return KeySet.import_key_set(await answered.json(content_type=None))


def main() -> None:
    told = ArgumentParser(prog="bench.tokens", description=__doc__)
    told.add_argument("--seconds", type=float, default=5.0, help="for each (%(default)s)")
    told.add_argument("--rounds", type=int, default=5, help="%(default)s")
    asked, figures = told.parse_args(), Figures()
    with TemporaryDirectory() as folder, mints(Path(folder)) as served:
        for _ in range(asked.rounds):
            compare(served, figures, asked.seconds)
    sys.stdout.write(f"{table(figures)}\n")


if __name__ == "__main__":
    main()
