"""Subscriptions over the merchant API: who may, in which version, and what is never told again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from app.main import create_apps
from app.settings import Settings
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.hired import hired
from tests.journeys.merchant import Merchant
from tests.servers import served

WISH: dict[str, Any] = {"name": "ERP", "url": "https://erp.example/h", "events": ["order.placed"]}
WRITES = ("notifications:read", "notifications:write")


@pytest.fixture
async def merchants(tmp_path: Path) -> AsyncIterator[tuple[Merchant, Merchant]]:
    """One who may see orders, and one who may not."""
    settings = Settings(**a_shop(tmp_path))
    await migrate(settings)
    keys = [await hired(settings, *WRITES, *more) for more in (("orders:read",), ())]
    public_app, _ = create_apps(settings)
    with served(public_app) as (url,):
        async with ClientSession() as client:
            first, second = (Merchant(client, url, key) for key in keys)
            yield first, second


async def test_who_may_not_see_orders_has_nobody_told_of_them(
    merchants: tuple[Merchant, Merchant],
) -> None:
    sees, blind = merchants
    refused, problem, _ = await blind.ask("POST", body=WISH, idempotency_key="a")
    _, made, headers = await sees.ask("POST", body=WISH, idempotency_key="a")
    one = f"/{made['id']}"
    edit = {**WISH, "url": "https://blind.example/h"}
    moved, _, _ = await blind.ask("PUT", one, edit, if_match="*")
    rotated, _, _ = await blind.ask("POST", f"{one}/secret", {}, if_match="*")
    _, found, _ = await blind.ask("GET", one)

    assert (refused, moved, rotated) == (403, 403, 403)
    assert problem["scope"] == "orders:read"
    assert headers["cache-control"] == "no-store"
    assert found["url"] == WISH["url"]


async def test_a_secret_is_told_once_and_an_edit_says_what_it_is_of(
    merchants: tuple[Merchant, Merchant],
) -> None:
    sees, _ = merchants
    status, made, headers = await sees.ask("POST", body=WISH, idempotency_key="a")
    _, again, _ = await sees.ask("POST", body=WISH, idempotency_key="a")
    one = f"/{made['id']}"
    _, listed, _ = await sees.ask("GET")
    _, found, read = await sees.ask("GET", one)
    missing, _, _ = await sees.ask("PUT", one, {**WISH, "enabled": False})
    _, disabled, now = await sees.ask("PUT", one, {**WISH, "enabled": False}, if_match=read["etag"])
    stale, _, _ = await sees.ask("DELETE", one, if_match=read["etag"])
    tried, no, _ = await sees.ask("POST", f"{one}/test")
    _, log, _ = await sees.ask("GET", f"{one}/deliveries")
    gone, _, _ = await sees.ask("DELETE", one, if_match=now["etag"])
    after, _, _ = await sees.ask("GET", f"{one}/deliveries")

    assert (status, made["secret"][:6], again["id"], again["secret"]) == (
        201,
        "whsec_",
        made["id"],
        None,
    )
    assert headers["location"] == f"/v1/subscriptions{one}"
    assert listed["items"] == [found]
    assert "secret" not in found
    assert (missing, stale, gone, after) == (428, 412, 204, 404)
    assert (disabled["state"], disabled["reason"]) == ("disabled", "by staff")
    assert (tried, no["type"].rpartition(":")[2]) == (409, "subscription-is-disabled")
    assert log == {"items": [], "next": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"events": []},
        {"events": ["order.lost"]},
        {"events": ["ordering.order_placed.v1"]},
        {"url": "http://127.0.0.1.nip.io/"},
        {"url": "https://169.254.169.254/latest/meta-data"},
        {"url": "https://user:word@erp.example/"},
        {"url": ""},
        {"name": "x" * 101},
        {"name": "ERP\x00"},
        {"name": "ERP\n"},
        {"secret": "whsec_mine"},
    ],
)
async def test_what_makes_no_sense_is_refused(
    merchants: tuple[Merchant, Merchant], changes: dict[str, Any]
) -> None:
    sees, _ = merchants

    status, _, _ = await sees.ask("POST", body={**WISH, **changes}, idempotency_key="a")

    assert status == 422
    assert (await sees.ask("GET"))[1]["items"] == []
