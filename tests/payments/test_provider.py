"""Every payment provider behaves like this: the test provider here or elsewhere, and Stripe."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, PaymentState
from domain.payments.ports import PaymentProvider
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId
from infrastructure.payments.http_provider import HttpProvider
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.test_provider import TestProvider, ledger_app
from tests.payments.builders import HANDLER, an_attempt, an_instrument, usd
from tests.payments.fake_stripe import DECLINED, VISA, FakeStripe
from tests.payments.stripes import a_localstripe, a_stripe
from tests.processes import ROOT, a_free_port, environment
from tests.servers import served, silent

AUTHORISED = Authorisation(PaymentState.AUTHORISED)
VOIDED = Authorisation(PaymentState.VOIDED)
DONE = Verdict()
SECONDS, PATIENT_SECONDS = 0.3, 10.0
"""Where a provider is to be too slow, and where it must not be."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "provider.db")
    yield ledger
    ledger.close()


@dataclass(frozen=True)
class Partner:
    """A provider, and what is to be said to it."""

    provider: PaymentProvider
    handler: str = HANDLER
    good: str = "success_token"
    bad: str = "fail_token"
    captures_what_was_voided: bool = False

    async def asked(self, attempt: AttemptId, token: str | None = None) -> Authorisation:
        instrument = an_instrument(token or self.good, self.handler)
        return await self.provider.authorise(attempt, usd(1000), instrument)


@pytest.fixture(params=["here", "elsewhere"])
async def test_provider(
    request: pytest.FixtureRequest, ledger: Ledger
) -> AsyncIterator[PaymentProvider]:
    if request.param == "here":
        yield TestProvider(ledger, (HANDLER,), SECONDS)
        return
    with served(ledger_app(ledger)) as (url,):
        async with ClientSession(url) as client:
            yield HttpProvider(client, (HANDLER,), SECONDS)


@pytest.fixture(scope="module")
def localstripe() -> Iterator[str]:
    with a_localstripe() as url:
        yield url


@pytest.fixture(params=["here", "elsewhere", "stripe", "localstripe"])
async def partner(
    request: pytest.FixtureRequest, ledger: Ledger, engine: AsyncEngine
) -> AsyncIterator[Partner]:
    if request.param == "here":
        yield Partner(TestProvider(ledger, (HANDLER,), PATIENT_SECONDS))
        return
    async with AsyncExitStack() as stack:
        if request.param == "elsewhere":
            (url,) = stack.enter_context(served(ledger_app(ledger)))
            client = await stack.enter_async_context(ClientSession(url))
            yield Partner(HttpProvider(client, (HANDLER,), PATIENT_SECONDS))
            return
        is_lax = request.param == "localstripe"
        if is_lax:
            url = request.getfixturevalue("localstripe")
        else:
            (url,) = stack.enter_context(served(FakeStripe().app()))
        provider = await stack.enter_async_context(a_stripe(url, engine))
        yield Partner(provider, "stripe", VISA, DECLINED, captures_what_was_voided=is_lax)


async def test_it_takes_the_instruments_of_its_handlers(partner: Partner) -> None:
    assert await partner.provider.accepts(partner.handler)
    assert not await partner.provider.accepts("other")


async def test_it_says_the_same_to_the_same_key(partner: Partner) -> None:
    attempt = an_attempt()
    assert await partner.provider.look_up(attempt) is None

    assert await partner.asked(attempt) == AUTHORISED
    again = await partner.asked(attempt, partner.bad)

    assert again == AUTHORISED
    assert await partner.provider.look_up(attempt) == AUTHORISED


async def test_it_declines_with_a_reason(partner: Partner) -> None:
    attempt = an_attempt()

    said = await partner.asked(attempt, partner.bad)

    assert (said.state, bool(said.reason)) == (PaymentState.DECLINED, True)
    assert await partner.provider.look_up(attempt) == said


@pytest.mark.parametrize(
    ("token", "is_kept"), [("hang_token", False), ("late_token:0.6", True), ("lost_token", True)]
)
async def test_it_is_not_always_heard(
    test_provider: PaymentProvider, token: str, *, is_kept: bool
) -> None:
    attempt = an_attempt()

    with pytest.raises(OutcomeUnknown):
        await test_provider.authorise(attempt, usd(1000), an_instrument(token))

    assert await test_provider.look_up(attempt) == (AUTHORISED if is_kept else None)


@pytest.mark.parametrize("was_authorised", [True, False])
async def test_what_is_voided_stays_so(partner: Partner, *, was_authorised: bool) -> None:
    attempt = an_attempt()
    if was_authorised:
        await partner.asked(attempt)

    for _ in range(2):
        assert await partner.provider.void(attempt) == DONE

    assert await partner.asked(attempt) == VOIDED
    assert await partner.provider.look_up(attempt) == VOIDED
    captured = await partner.provider.capture(attempt, "c", usd(1))
    assert captured.is_done == (partner.captures_what_was_voided and was_authorised)


async def test_money_moves_once_a_key(partner: Partner) -> None:
    provider, attempt, key = partner.provider, an_attempt(), "adj_1/ä ?&%2F"
    await partner.asked(attempt)

    for _ in range(2):
        assert await provider.capture(attempt, key, usd(600)) == DONE
        assert await provider.refund(attempt, key, usd(500)) == DONE

    assert not (await provider.capture(attempt, "more", usd(401))).is_done
    assert not (await provider.void(attempt)).is_done
    assert not (await provider.capture(an_attempt(), key, usd(1))).is_done
    assert not (await provider.refund(an_attempt(), key, usd(1))).is_done


async def test_never_more_moves_than_there_is(
    test_provider: PaymentProvider, ledger: Ledger
) -> None:
    attempt = an_attempt()
    await test_provider.authorise(attempt, usd(1000), an_instrument())
    assert await test_provider.capture(attempt, "c", usd(600)) == DONE
    assert await test_provider.refund(attempt, "r", usd(500)) == DONE

    assert not (await test_provider.capture(attempt, "more", usd(401))).is_done
    assert not (await test_provider.refund(attempt, "more", usd(101))).is_done

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
