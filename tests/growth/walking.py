"""Every way through a shop: buying, all that staff does and lists, and what it does by itself."""

from asyncio import sleep, timeout
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from app.house import opened
from app.settings import Settings
from tests.growth.lists import ListRoute, list_routes
from tests.growth.purging import purges
from tests.journeys.shopper import Shopper
from tests.staffed import Staff, Told, staffed

SKU = "seed-001"
ROUTES = list_routes()
WANTED = {
    "actor": ("k7",),
    "archived": ("true",),
    "client": ("k7",),
    "consumer": ("inventory.allocate_stock",),
    "context": ("inventory",),
    "country": ("US",),
    "email": ("buyer@example.com",),
    "order_id": ("ord_01900000000070008000000000000007",),
    "placed_from": ("2026-01-01T00:00:00Z",),
    "placed_to": ("2099-01-01T00:00:00Z",),
    "since": ("2026-01-01T00:00:00Z",),
    "sku": (SKU,),
    "state": ("pending", "failed", "requested"),
    "status": ("open",),
    "subject": ("k7",),
}
"""Something to look for, by each name that a list may be narrowed by: what is rare in what grew."""


async def walk(folder: Path, **settings: Any) -> None:
    async with staffed(folder, **settings) as staff, ClientSession() as client:
        shopper = Shopper(client, f"{staff.url}/ucp/v1", is_trusting=True)
        await _buy_and_send_back(shopper, staff)
        await _cancel(shopper, staff)
        subscription = await _subscribe(staff)
        for route in ROUTES:
            await _look_through(staff, route, subscription)
    async with opened(Settings(**settings)) as house:
        for context in Settings(**settings).contexts:
            if inbox := house.kept(context).inbox:
                await inbox.dead(most=10)
                await inbox.retry_due()
        for purge in purges(house.kept("ordering").engine, in_days=20):
            await purge(seconds=1)


async def _buy_and_send_back(shopper: Shopper, staff: Staff) -> None:
    checkout = await shopper.ready(SKU, units=2)
    await shopper.checkout(checkout["id"])
    placed = await shopper.complete(checkout["id"], key="once")
    await shopper.complete(checkout["id"], key="once")
    order = placed.body["order"]["id"]
    await shopper.order(order)
    shown = (await staff.asks("GET", f"/v1/orders/{order}")).body
    line = shown["lines"][0]["line_id"]
    await done(staff, f"/v1/orders/{order}/shipments", {}, "parcel")
    wish = {"lines": [{"line_id": line, "units": 1}]}
    back = (await done(staff, f"/v1/orders/{order}/returns", wish, "wish")).body["id"]
    await done(staff, f"/v1/returns/{back}/approve", {}, "")
    came = {"lines": [{"line_id": line, "restocked": 1}]}
    await done(staff, f"/v1/returns/{back}/receive", came, "came")
    await done(staff, f"/v1/returns/{back}/refund", {}, "paid")
    await staff.asks("GET", f"/v1/returns/{back}")
    (payment,) = (await staff.asks("GET", f"/v1/payments?order_id={order}")).body["items"]
    await staff.asks("GET", f"/v1/payments/{payment['id']}")


async def _cancel(shopper: Shopper, staff: Staff) -> None:
    declined = await shopper.ready(SKU)
    await shopper.complete(declined["id"], "fail_token")
    checkout = await shopper.ready(SKU)
    order = (await shopper.complete(checkout["id"])).body["order"]["id"]
    some = {"amount": {"amount": 100, "currency": "USD"}, "reason": "late"}
    await done(staff, f"/v1/orders/{order}/refunds", some, "some")
    await done(staff, f"/v1/orders/{order}/cancel", {"reason": "changed mind"}, "off")


async def done(staff: Staff, path: str, body: object, key: str) -> Told:
    """As soon as it can be: what must have happened before may be under way."""
    async with timeout(60):
        while True:
            told = await staff.asks("POST", path, body, key=key)
            if told.status < 400:
                return told
            await sleep(0.1)


async def _subscribe(staff: Staff) -> str:
    """Where nobody answers."""
    wish = {"url": "http://127.0.0.1:9/hooks", "events": ["order.placed"]}
    subscription: str = (await done(staff, "/v1/subscriptions", wish, "erp")).body["id"]
    await done(staff, f"/v1/subscriptions/{subscription}/test", {}, "")
    since = {"since": WANTED["since"][0]}
    await done(staff, f"/v1/subscriptions/{subscription}/replay", since, "")
    return subscription


async def _look_through(staff: Staff, route: ListRoute, subscription: str) -> None:
    names = {"sku": SKU, "order_id": WANTED["order_id"][0], "subscription_id": subscription}
    path = route.path.format(**names)
    narrowed = [f"&{name}={value}" for name in route.filters for value in WANTED[name]]
    for more in ("", *narrowed):
        told = await staff.asks("GET", f"{path}?limit=20{more}")
        if told.status == 200 and (after := told.body.get("next")):
            await staff.asks("GET", f"{path}?limit=20{more}&after={after}")
