"""Every payment provider behaves like this: kept in this process, or in one of its own."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiohttp import ClientSession

from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, PaymentState
from domain.payments.ports import PaymentProvider
from domain.shared.model import OutcomeUnknown
from infrastructure.payments.http_provider import HttpProvider
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.test_provider import TestProvider, ledger_app
from tests.payments.builders import HANDLER, an_attempt, an_instrument, usd
from tests.processes import ROOT, a_free_port, environment
from tests.servers import served, silent

AUTHORISED = Authorisation(PaymentState.AUTHORISED)
VOIDED = Authorisation(PaymentState.VOIDED)
DONE = Verdict()
SECONDS = 0.3


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "provider.db")
    yield ledger
    ledger.close()


@pytest.fixture(params=["here", "elsewhere"])
async def provider(
    request: pytest.FixtureRequest, ledger: Ledger
) -> AsyncIterator[PaymentProvider]:
    if request.param == "here":
        yield TestProvider(ledger, (HANDLER,), SECONDS)
        return
    with served(ledger_app(ledger)) as (url,):
        async with ClientSession(url) as client:
            yield HttpProvider(client, (HANDLER,), SECONDS)


async def test_it_takes_the_instruments_of_its_handlers(provider: PaymentProvider) -> None:
    assert await provider.accepts(HANDLER)
    assert not await provider.accepts("other")


async def test_it_says_the_same_to_the_same_key(provider: PaymentProvider) -> None:
    attempt = an_attempt()
    assert await provider.look_up(attempt) is None

    assert await provider.authorise(attempt, usd(1000), an_instrument()) == AUTHORISED
    again = await provider.authorise(attempt, usd(1000), an_instrument("fail_token"))

    assert again == AUTHORISED
    assert await provider.look_up(attempt) == AUTHORISED


async def test_it_declines_with_a_reason(provider: PaymentProvider) -> None:
    attempt = an_attempt()

    said = await provider.authorise(attempt, usd(1000), an_instrument("fail_token"))

    assert (said.state, bool(said.reason)) == (PaymentState.DECLINED, True)
    assert await provider.look_up(attempt) == said


@pytest.mark.parametrize(
    ("token", "is_kept"), [("hang_token", False), ("late_token:0.6", True), ("lost_token", True)]
)
async def test_it_is_not_always_heard(
    provider: PaymentProvider, token: str, *, is_kept: bool
) -> None:
    attempt = an_attempt()

    with pytest.raises(OutcomeUnknown):
        await provider.authorise(attempt, usd(1000), an_instrument(token))

    assert await provider.look_up(attempt) == (AUTHORISED if is_kept else None)


@pytest.mark.parametrize("was_authorised", [True, False])
async def test_what_is_voided_stays_so(provider: PaymentProvider, *, was_authorised: bool) -> None:
    attempt = an_attempt()
    if was_authorised:
        await provider.authorise(attempt, usd(1000), an_instrument())

    for _ in range(2):
        assert await provider.void(attempt) == DONE

    assert await provider.authorise(attempt, usd(1000), an_instrument()) == VOIDED
    assert await provider.look_up(attempt) == VOIDED
    assert not (await provider.capture(attempt, "c", usd(1))).is_done


async def test_money_moves_once_a_key_and_never_more_than_there_is(
    provider: PaymentProvider, ledger: Ledger
) -> None:
    attempt, key = an_attempt(), "adj_1/ä ?&%2F"
    await provider.authorise(attempt, usd(1000), an_instrument())

    for _ in range(2):
        assert await provider.capture(attempt, key, usd(600)) == DONE
        assert await provider.refund(attempt, key, usd(500)) == DONE

    assert not (await provider.capture(attempt, "more", usd(401))).is_done
    assert not (await provider.refund(attempt, "more", usd(101))).is_done
    assert not (await provider.void(attempt)).is_done
    assert not (await provider.capture(an_attempt(), key, usd(1))).is_done
    (entry,) = ledger.entries()
    assert (entry.minor_units, entry.captured, entry.refunded) == (1000, 600, 500)


async def test_a_provider_that_is_silent_or_away_is_not_waited_for() -> None:
    attempt = an_attempt()
    with silent() as url:
        async with ClientSession(url) as client:
            provider = HttpProvider(client, (HANDLER,), 0.05)
            with pytest.raises(OutcomeUnknown):
                await provider.look_up(attempt)
    async with ClientSession(f"http://127.0.0.1:{a_free_port()}") as client:
        provider = HttpProvider(client, (HANDLER,), SECONDS)
        with pytest.raises(OutcomeUnknown):
            await provider.void(attempt)


@contextmanager
def a_provider(port: int, database: Path) -> Iterator[Popen[bytes]]:
    module = "infrastructure.payments.test_provider"
    command = [sys.executable, "-m", module, "--port", str(port), "--database", str(database)]
    with Popen(command, env=environment(), cwd=ROOT) as process:  # noqa: S603  # our own program
        try:
            until = monotonic() + 20
            while not listens(port):
                assert monotonic() < until
                sleep(0.02)
            yield process
        finally:
            process.kill()


def listens(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/ledger", timeout=5):
            return True
    except URLError:
        return False


async def test_a_process_of_its_own_forgets_nothing_when_it_is_killed(tmp_path: Path) -> None:
    attempt, port = an_attempt(), a_free_port()
    async with ClientSession(f"http://127.0.0.1:{port}") as client:
        provider = HttpProvider(client, (HANDLER,), 5)
        with a_provider(port, tmp_path / "provider.db"), pytest.raises(OutcomeUnknown):
            await provider.authorise(attempt, usd(1000), an_instrument("lost_token"))

        with a_provider(port, tmp_path / "provider.db"):
            assert await provider.look_up(attempt) == AUTHORISED
            async with client.get("/ledger") as listed:
                entries = await listed.json()

    assert [(entry["key"], entry["state"]) for entry in entries] == [(str(attempt), "authorised")]
