"""What goes over the line to a merchant's system: who can verify it, and how its secrets are kept."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from standardwebhooks.webhooks import WebhookVerificationError

from app.notifications.create_subscription import CreateSubscriptionHandler
from app.notifications.rotate_secret import RotateSecretHandler
from domain.contracts.notifications import (
    CreateSubscription,
    RotateSecret,
    SubscriptionId,
    SubscriptionWithSecret,
    UnfitSubscription,
)
from domain.notifications.delivery import Delivery
from domain.notifications.ports import Begin, NotTaken, Unsealable
from infrastructure.notifications.delivery_book import SqlDeliveryBook
from infrastructure.notifications.sealed_secrets import SealedSecrets
from infrastructure.notifications.standard_webhooks import Reachable, StandardWebhooks
from infrastructure.notifications.tables import merchants
from infrastructure.shared.calls.guarded_client import GuardedClient
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.keys.folder import KeyFolder
from tests.journeys.merchant import Receiver, a_receiver

DOCUMENT = Path(__file__).parents[2] / "docs" / "subscriptions.md"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


@pytest.fixture
def sealing(tmp_path: Path) -> SealedSecrets:
    return SealedSecrets(KeyFolder(tmp_path / "keys", timedelta(hours=1)))


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlDeliveryBook)


@pytest.fixture
async def subscribed(
    begin: Begin, sealing: SealedSecrets, receiver: Receiver
) -> SubscriptionWithSecret:
    create = CreateSubscriptionHandler(begin, sealing, lambda _: None, utc_now)
    return await create(
        CreateSubscription(key=uuid4().hex, target=receiver.hook, events=("order.placed",))
    )


async def sent(begin: Begin, sealing: SealedSecrets, subscribed: SubscriptionWithSecret) -> None:
    line = GuardedClient(allows_loopback=True, seconds=5, most_bytes=1000)
    async with begin() as book:
        subscription = await book.merchants.get(subscribed.details.subscription_id)
    try:
        await StandardWebhooks(line, begin, sealing, utc_now)(
            Delivery.trial(subscription, utc_now())
        )
    finally:
        await line.close()


def verified_as_documented() -> Any:
    """The receiver of the document."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    known: dict[str, Any] = {}
    exec(code, known)  # noqa: S102  # it is our own document
    return known["verified"]


async def test_it_is_signed_by_the_secret_that_was_told_and_by_no_other(
    begin: Begin, sealing: SealedSecrets, subscribed: SubscriptionWithSecret, receiver: Receiver
) -> None:
    await sent(begin, sealing, subscribed)

    (told,) = receiver.told
    assert told.verified(subscribed.secret or "")["type"] == "subscription.test"
    verified = verified_as_documented()
    assert verified(subscribed.secret, told.headers, told.body)
    assert not verified(subscribed.secret, told.headers, told.body + b" ")
    assert not verified("whsec_" + "A" * 43 + "=", told.headers, told.body)
    assert not verified(subscribed.secret, {**told.headers, "webhook-timestamp": "1"}, told.body)


async def test_while_it_is_rotated_both_secrets_are_good_and_afterwards_the_new_one(
    begin: Begin, sealing: SealedSecrets, subscribed: SubscriptionWithSecret, receiver: Receiver
) -> None:
    rotate = RotateSecretHandler(begin, sealing, utc_now)
    name = subscribed.details.subscription_id
    second = await rotate(RotateSecret(subscription_id=name, grace_seconds=3600))
    await sent(begin, sealing, subscribed)
    third = await rotate(RotateSecret(subscription_id=name, grace_seconds=0))
    await sent(begin, sealing, subscribed)

    in_grace, after = receiver.told
    for secret in (subscribed.secret, second.secret):
        assert in_grace.verified(secret or "")
    assert after.verified(third.secret or "")
    with pytest.raises(WebhookVerificationError):
        after.verified(second.secret or "")


async def test_what_is_kept_does_not_tell_a_secret(
    engine: AsyncEngine, sealing: SealedSecrets, subscribed: SubscriptionWithSecret
) -> None:
    name, secret = subscribed.details.subscription_id, subscribed.secret or ""
    async with transaction(engine, lambda one: one) as connection:
        of_it = select(merchants).where(merchants.c.subscription_id == name)
        row = (await connection.execute(of_it)).mappings().one()

    assert secret.removeprefix("whsec_") not in str(dict(row))
    assert sealing.open(row["sealed"], name) == secret
    assert secret not in repr(subscribed)
    for other in (SubscriptionId(uuid4()), name):
        spoilt = row["sealed"] if other != name else row["sealed"][:-4] + "AAA="
        with pytest.raises(Unsealable):
            sealing.open(spoilt, other)


async def test_with_other_keys_nothing_is_sent_and_it_is_said_why(
    begin: Begin, subscribed: SubscriptionWithSecret, receiver: Receiver, tmp_path: Path
) -> None:
    others = SealedSecrets(KeyFolder(tmp_path / "others", timedelta(hours=1)))

    with pytest.raises(NotTaken, match="rotate it") as no:
        await sent(begin, others, subscribed)

    assert (no.value.is_final, receiver.told) == (False, [])


@pytest.mark.parametrize(
    "target", ["http://erp.example/", "https://10.0.0.1/", "https://erp.example:8443/", "file:///x"]
)
def test_an_address_that_would_not_be_called_is_refused_at_once(target: str) -> None:
    line = GuardedClient(allows_loopback=False, seconds=5, most_bytes=1000)

    with pytest.raises(UnfitSubscription):
        Reachable(line)(target)
