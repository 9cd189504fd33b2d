"""A whole order with Stripe as the payment provider, and what its operator does then."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from subprocess import CompletedProcess, run
from time import time
from typing import Any

import pytest
from aiohttp import ClientSession
from stripe import WebhookSignature

from tests.journeys.conftest import SECRET
from tests.journeys.reconcile import number
from tests.journeys.shopper import Reply, Shopper, paying
from tests.journeys.waiting import wait_for
from tests.payments.builders import an_attempt
from tests.payments.fake_stripe import DECLINED, KEY, VISA, FakeStripe
from tests.payments.stripes import a_localstripe
from tests.processes import ROOT, Process, environment, running
from tests.servers import served

SIGNS_WITH = "whsec_of_the_shop"


def settings(folder: Path, stripe_url: str, **more: object) -> dict[str, object]:
    return {
        "database_url": f"sqlite+aiosqlite:///{folder}/shop.db",
        "environment": "development",
        "interop": True,
        "simulation_secret": SECRET,
        "stripe_key": KEY,
        "stripe_url": stripe_url,
        "stripe_webhook_secret": SIGNS_WITH,
        "payment_handlers": "stripe",
        **more,
    }


@pytest.fixture
def folder(stocked: Path, tmp_path: Path) -> Path:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def stripe() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def shop(stripe: FakeStripe, folder: Path) -> Iterator[Process]:
    with (
        served(stripe.app()) as (url,),
        running(folder / "log", **settings(folder, url)) as process,
    ):
        yield process


async def paid(shopper: Shopper, checkout_id: str, token: str = VISA) -> Reply:
    body = paying(token)
    body["payment"]["instruments"][0]["handler_id"] = "stripe"
    return await shopper.ask("POST", f"/checkout-sessions/{checkout_id}/complete", body)


async def shipped(shop: Process, client: ClientSession, order_id: str) -> None:
    path = f"{shop.url}/testing/simulate-shipping/{order_id}"
    async with client.post(path, headers={"Simulation-Secret": SECRET}) as answer:
        assert answer.status == 200


def reconciled(shop: Process) -> CompletedProcess[str]:
    return run(  # our own program
        [sys.executable, "-m", "app.cli", "payments", "reconcile", "--json"],
        env=environment(**shop.environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


async def test_an_order_is_paid_captured_and_heard_of(folder: Path, client: ClientSession) -> None:
    trust = {"authorization": f"Bearer {KEY}"}
    with (
        a_localstripe() as url,
        running(folder / "log", **settings(folder, url)) as shop,
    ):
        told = {"url": f"{shop.url}/webhooks/stripe", "secret": SIGNS_WITH}
        async with client.post(f"{url}/_config/webhooks/shop", json=told) as answer:
            assert answer.status == 200
        shopper = Shopper(client, f"{shop.url}/ucp/v1")
        placed = await paid(shopper, (await shopper.ready("bouquet_roses"))["id"])
        assert placed.body["status"] == "completed", placed.body

        await shipped(shop, client, placed.body["order"]["id"])

        heard = (
            "SELECT count(*) FROM payments_inbox"
            " WHERE consumer = 'payments.hear_provider' AND state = 'done'"
        )
        await wait_for("a webhook", lambda: number(shop.database, heard) == 1)
        async with client.get(f"{url}/v1/payment_intents", headers=trust) as answer:
            (intent,) = (await answer.json())["data"]
        assert (intent["status"], intent["amount"]) == ("succeeded", placed.total())


async def test_a_buyer_whose_card_is_declined_can_pay_with_another(
    shop: Process, stripe: FakeStripe, client: ClientSession
) -> None:
    shopper = Shopper(client, f"{shop.url}/ucp/v1")
    checkout = await shopper.ready("bouquet_roses")

    declined = await paid(shopper, checkout["id"], DECLINED)
    placed = await paid(shopper, checkout["id"])

    assert declined.codes == ["payment_failed"]
    assert placed.body["status"] == "completed"
    assert sorted(intent["status"] for intent in stripe.intents.values()) == [
        "requires_capture",
        "requires_payment_method",
    ]


async def test_an_order_whose_reply_was_lost_is_paid_for_once_or_not_at_all(
    shop: Process, stripe: FakeStripe, client: ClientSession
) -> None:
    shopper = Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True)
    checkout = await shopper.ready("bouquet_roses")
    stripe.mishaps, stripe.during = ["lost"], "confirm"

    await paid(shopper, checkout["id"])

    def is_over() -> bool:
        running_still = "SELECT count(*) FROM ordering_attempts WHERE state = 'running'"
        return number(shop.database, running_still) == 0

    await wait_for("an end of the attempt", is_over)
    orders = number(shop.database, "SELECT count(*) FROM ordering_orders")
    held = [i for i in stripe.intents.values() if i["status"] == "requires_capture"]
    assert len(held) == orders


@pytest.mark.thorough
async def test_the_books_are_held_against_stripes(
    shop: Process, stripe: FakeStripe, client: ClientSession
) -> None:
    shopper = Shopper(client, f"{shop.url}/ucp/v1")
    await paid(shopper, (await shopper.ready("bouquet_roses"))["id"])
    agreed = reconciled(shop)
    assert (agreed.returncode, json.loads(agreed.stdout)["differences"]) == (0, []), agreed.stderr

    (intent,) = stripe.intents.values()
    stranger = {"attempt_id": str(an_attempt())}
    stripe.intents["pi_stranger"] = {**intent, "id": "pi_stranger", "metadata": stranger}
    differ = reconciled(shop)

    assert differ.returncode == 3, differ.stderr
    (found,) = json.loads(differ.stdout)["differences"]
    assert (found["kind"], found["reference"]) == ("missing_here", "pi_stranger")


async def test_only_what_is_signed_is_taken_in(
    shop: Process, client: ClientSession, stripe: FakeStripe
) -> None:
    shopper = Shopper(client, f"{shop.url}/ucp/v1")
    await paid(shopper, (await shopper.ready("bouquet_roses"))["id"])
    (intent,) = stripe.intents.values()
    event: dict[str, Any] = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.canceled",
        "created": int(time()),
        "data": {"object": {**intent, "status": "canceled"}},
    }
    body = json.dumps(event)
    signature = WebhookSignature.generate_signature_header(body, SIGNS_WITH)

    statuses = []
    for sent, header in ((body, signature), (body, signature), (body, "t=1,v1=0"), ("{}", "")):
        async with client.post(
            f"{shop.url}/webhooks/stripe", data=sent, headers={"stripe-signature": header}
        ) as answer:
            statuses.append(answer.status)

    assert statuses == [204, 204, 400, 400]
    asked = "SELECT count(*) FROM payments_questions"
    await wait_for("an answer", lambda: number(shop.database, asked) == 0)
    voided = "SELECT count(*) FROM payments_payments WHERE state = 'voided'"
    assert number(shop.database, voided) == 0  # it was not: Stripe itself says otherwise
