"""Deliveries over the merchant API: how its words are put into the contract's, and back."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from app.main import create_apps
from app.settings import Settings
from app.ucp.order_webhook import order_webhook
from domain.notifications.delivery import Delivery
from domain.notifications.subscription import Subscription
from domain.shared.ids import public
from infrastructure.notifications.delivery_book import SqlDeliveryBook
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.hired import hired
from tests.notifications.builders import TARGET, an_order, revised
from tests.servers import served


@pytest.fixture
async def dead(tmp_path: Path) -> Delivery:
    """One that nobody took; in a shop that is not served yet."""
    settings = Settings(**a_shop(tmp_path))
    await migrate(settings)
    now, told = utc_now(), revised(an_order())
    subscription = Subscription.opened(told.order.client, TARGET, now)
    dispatch = order_webhook(told)
    assert dispatch
    delivery = Delivery.of(told, dispatch, subscription, now).refused_for_good("gone", now)
    engines = Engines()
    async with transaction(engines.at(settings.database_url), SqlDeliveryBook) as book:
        await book.stop(subscription.stopped(now))
        await book.keep(delivery)
    await engines.close()
    return delivery


@pytest.fixture
async def client(tmp_path: Path, dead: Delivery) -> AsyncIterator[ClientSession]:  # noqa: ARG001  # which comes first
    settings = Settings(**a_shop(tmp_path))
    key = await hired(settings, "notifications:read", "notifications:write")
    public_app, _ = create_apps(settings)
    with served(public_app) as (url,):
        async with ClientSession(url, headers={"x-api-key": key}) as client:
            yield client


async def asked(client: ClientSession, method: str, path: str) -> tuple[int, Any]:
    async with client.request(method, f"/v1/deliveries{path}") as reply:
        return reply.status, await reply.json()


async def test_staff_sees_what_was_not_told_and_decides(
    client: ClientSession, dead: Delivery
) -> None:
    ask, name = partial(asked, client), public("dlv", dead.delivery_id)

    _, listed = await ask("GET", "?state=stopped")
    _, found = await ask("GET", f"/{name}")
    given_up, skipped = await ask("POST", f"/{name}/skip")
    again, redriven = await ask("POST", f"/{name}/redrive")
    unknown, problem = await ask("GET", f"/dlv_{'0' * 32}")

    assert listed["items"] == [found]
    assert (found["state"], found["target"], found["error"]) == ("stopped", TARGET, "gone")
    assert found["webhook_id"] == str(dead.delivery_id)
    assert "body" not in found
    assert (given_up, skipped["state"], again, redriven["state"]) == (
        200,
        "skipped",
        200,
        "pending",
    )
    assert (unknown, problem["type"].rpartition(":")[2]) == (404, "unknown-delivery")
