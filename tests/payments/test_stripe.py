"""Stripe as a payment provider: what it promises when replies are lost and days pass."""

from collections.abc import AsyncIterator, Iterator
from logging import DEBUG

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, PaymentState
from domain.shared.model import OutcomeUnknown
from domain.shared.values import Money
from infrastructure.payments.stripe_provider import StripeProvider
from tests.payments.builders import an_attempt, an_instrument, usd
from tests.payments.fake_stripe import (
    ASKS_BUYER,
    DECLINED,
    REFUND_FAILS,
    REFUND_PENDS,
    VISA,
    FakeStripe,
)
from tests.payments.stripes import a_stripe
from tests.processes import a_free_port
from tests.servers import served

AUTHORISED = Authorisation(PaymentState.AUTHORISED)
VOIDED = Authorisation(PaymentState.VOIDED)
DONE = Verdict()
MISHAPS = ["hang", "lost", "broken", "busy"]


@pytest.fixture
def stripe() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def url(stripe: FakeStripe) -> Iterator[str]:
    with served(stripe.app()) as (url,):
        yield url


@pytest.fixture
async def provider(url: str, engine: AsyncEngine) -> AsyncIterator[StripeProvider]:
    async with a_stripe(url, engine, seconds=3) as provider:
        yield provider


card = an_instrument(VISA, "stripe")


async def test_what_its_card_says_is_told(provider: StripeProvider) -> None:
    attempt = an_attempt()

    said = await provider.authorise(attempt, usd(1000), an_instrument(DECLINED, "stripe"))

    assert said == Authorisation(PaymentState.DECLINED, "It says: card_declined.")
    assert await provider.look_up(attempt) == said
    assert await provider.authorise(attempt, usd(1000), card) == said


async def test_a_means_of_payment_that_it_does_not_know_is_declined_for_good(
    provider: StripeProvider, stripe: FakeStripe
) -> None:
    attempt = an_attempt()

    said = await provider.authorise(attempt, usd(1000), an_instrument("pm_other", "stripe"))

    assert said.state == PaymentState.DECLINED
    assert await provider.look_up(attempt) == said
    assert await provider.authorise(attempt, usd(1000), card) == said
    assert not stripe.intents


async def test_what_the_buyer_would_have_to_confirm_is_declined_and_let_go_of(
    provider: StripeProvider, stripe: FakeStripe
) -> None:
    attempt = an_attempt()

    said = await provider.authorise(attempt, usd(1000), an_instrument(ASKS_BUYER, "stripe"))

    assert said.state == PaymentState.DECLINED
    assert "confirm" in (said.reason or "")
    assert await provider.look_up(attempt) == said
    assert stripe.intent(attempt)["status"] == "canceled"


@pytest.mark.thorough
@pytest.mark.parametrize("during", ["create", "confirm", "retrieve"])
@pytest.mark.parametrize("mishap", MISHAPS)
async def test_an_authorisation_that_was_not_heard_is_found_or_made_once(
    provider: StripeProvider, stripe: FakeStripe, during: str, mishap: str
) -> None:
    attempt = an_attempt()
    stripe.mishaps, stripe.during = [mishap], during
    with pytest.raises(OutcomeUnknown):
        await provider.authorise(attempt, usd(1000), card)
    stripe.forget_keys()

    found = await provider.look_up(attempt)
    held = [i for i in stripe.intents.values() if i["status"] == "requires_capture"]
    assert found == (AUTHORISED if held else None)

    assert await provider.authorise(attempt, usd(1000), card) == AUTHORISED
    held = [i for i in stripe.intents.values() if i["status"] == "requires_capture"]
    assert len(held) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("during", ["create", "confirm", "retrieve"])
@pytest.mark.parametrize("mishap", MISHAPS)
async def test_what_is_given_up_unheard_holds_nothing_ever(
    provider: StripeProvider, stripe: FakeStripe, during: str, mishap: str
) -> None:
    attempt = an_attempt()
    stripe.mishaps, stripe.during = [mishap], during
    with pytest.raises(OutcomeUnknown):
        await provider.authorise(attempt, usd(1000), card)

    assert await provider.void(attempt) == DONE

    assert await provider.authorise(attempt, usd(1000), card) == VOIDED
    assert await provider.look_up(attempt) == VOIDED
    assert {i["status"] for i in stripe.intents.values()} <= {"canceled", "requires_confirmation"}


@pytest.mark.parametrize("mishap", MISHAPS)
async def test_a_capture_and_a_refund_that_were_not_heard_are_made_once(
    provider: StripeProvider, stripe: FakeStripe, mishap: str
) -> None:
    attempt = an_attempt()
    await provider.authorise(attempt, usd(1000), card)
    for during, ask in (("capture", provider.capture), ("refund", provider.refund)):
        stripe.mishaps, stripe.during = [mishap], during
        with pytest.raises(OutcomeUnknown):
            await ask(attempt, "k", usd(600))
        stripe.forget_keys()

        assert await ask(attempt, "k", usd(600)) == DONE

    intent = stripe.intent(attempt)
    assert (intent["amount_received"], stripe.refunded(intent["id"])) == (600, 600)


async def test_money_is_taken_once_of_an_authorisation(
    provider: StripeProvider, stripe: FakeStripe
) -> None:
    attempt = an_attempt()
    await provider.authorise(attempt, usd(1000), card)
    assert not (await provider.capture(attempt, "much", usd(1001))).is_done

    assert await provider.capture(attempt, "c", usd(600)) == DONE

    assert "once" in ((await provider.capture(attempt, "d", usd(400))).reason or "")
    assert await provider.capture(attempt, "c", usd(600)) == DONE
    assert not (await provider.void(attempt)).is_done
    assert stripe.intent(attempt)["amount_received"] == 600


async def test_several_refunds_go_back_of_one_capture(
    provider: StripeProvider, stripe: FakeStripe
) -> None:
    attempt = an_attempt()
    await provider.authorise(attempt, usd(1000), card)
    assert not (await provider.refund(attempt, "early", usd(1))).is_done
    await provider.capture(attempt, "c", usd(1000))

    for key in ("a", "b", "a"):
        assert await provider.refund(attempt, key, usd(400)) == DONE

    assert not (await provider.refund(attempt, "c", usd(201))).is_done
    assert stripe.refunded(stripe.intent(attempt)["id"]) == 800


async def test_a_refund_that_pends_is_asked_for_until_it_is_done(
    provider: StripeProvider, stripe: FakeStripe
) -> None:
    attempt = an_attempt()
    await provider.authorise(attempt, usd(1000), an_instrument(REFUND_PENDS, "stripe"))
    await provider.capture(attempt, "c", usd(1000))
    with pytest.raises(OutcomeUnknown):
        await provider.refund(attempt, "r", usd(1000))
    (refund,) = stripe.refunds.values()

    refund["status"] = "succeeded"

    assert await provider.refund(attempt, "r", usd(1000)) == DONE


async def test_why_stripe_gives_nothing_back_is_told_by_its_code(
    provider: StripeProvider, stripe: FakeStripe
) -> None:
    attempt = an_attempt()
    await provider.authorise(attempt, usd(1000), card)
    early = await provider.refund(attempt, "early", usd(1))
    await provider.capture(attempt, "c", usd(1000))
    much = await provider.refund(attempt, "much", usd(1001))
    stripe.intent(attempt)["metadata"]["is_disputed"] = True

    with capture_logs() as logged:
        disputed = await provider.refund(attempt, "r", usd(1))

    assert "payment_intent_unexpected_state" in (early.reason or "")
    assert "not so much" in (much.reason or "")
    assert "disputes" in (disputed.reason or "")
    assert [(entry["log_level"], entry["code"]) for entry in logged] == [
        ("warning", "charge_disputed")
    ]


async def test_a_refund_that_fails_is_told_as_failed(provider: StripeProvider) -> None:
    attempt = an_attempt()
    await provider.authorise(attempt, usd(1000), an_instrument(REFUND_FAILS, "stripe"))
    await provider.capture(attempt, "c", usd(1000))

    for _ in range(2):
        assert not (await provider.refund(attempt, "r", usd(1000))).is_done


@pytest.mark.parametrize(
    ("amount", "units"),
    [
        (Money(500, "JPY"), 500),
        (Money(5, "ISK"), 500),
        (Money(5, "UGX"), 500),
        (Money(500, "MGA"), 5),
        (Money(5120, "KWD"), 5120),
    ],
)
async def test_it_is_told_amounts_as_it_counts_them(
    provider: StripeProvider, stripe: FakeStripe, amount: Money, units: int
) -> None:
    attempt = an_attempt()

    assert await provider.authorise(attempt, amount, card) == AUTHORISED

    assert stripe.intent(attempt)["amount"] == units


@pytest.mark.parametrize("amount", [Money(5125, "KWD"), Money(501, "MGA")])
async def test_what_it_cannot_count_is_declined(
    provider: StripeProvider, stripe: FakeStripe, amount: Money
) -> None:
    assert (await provider.authorise(an_attempt(), amount, card)).state == PaymentState.DECLINED
    assert not stripe.calls


async def test_a_key_that_it_refuses_declines_nobody(url: str, engine: AsyncEngine) -> None:
    async with a_stripe(url, engine, key="sk_test_wrong") as provider:
        with pytest.raises(OutcomeUnknown, match="FREESTONE_STRIPE_KEY"):
            await provider.authorise(an_attempt(), usd(1000), card)


async def test_one_that_is_away_is_not_waited_for(engine: AsyncEngine) -> None:
    async with a_stripe(f"http://127.0.0.1:{a_free_port()}", engine) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.authorise(an_attempt(), usd(1000), card)


async def test_its_secrets_are_in_no_log(
    url: str, engine: AsyncEngine, stripe: FakeStripe, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(DEBUG)
    stripe.mishaps = ["broken"]
    async with a_stripe(url, engine, key="sk_test_hush") as provider:
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await provider.authorise(
                    an_attempt(), usd(1000), an_instrument("pm_hush", "stripe")
                )

    assert "hush" not in caplog.text
