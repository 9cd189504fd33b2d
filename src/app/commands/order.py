"""Places a whole order against a running server, and shows each step as it happens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from aiohttp import ClientSession
from rich.console import Console

from app.commands.shopping import Answer, Platform, reasons, understood, warnings
from app.commands.terminal import AnsweredNo, AsJson, Unusable, money, run, tell

HOME = {
    "id": "home",
    "first_name": "Jane",
    "last_name": "Doe",
    "street_address": "123 Main St",
    "address_locality": "Springfield",
    "address_region": "IL",
    "postal_code": "62704",
    "address_country": "US",
}
MOST_UNITS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be bought, by whom, and how."""

    items: tuple[tuple[str, int], ...]
    email: str
    country: str
    codes: tuple[str, ...]
    handler: str
    token: str


@dataclass
class Steps:
    """What was done so far, for whoever watches."""

    is_quiet: bool
    taken: list[dict[str, Any]] = field(default_factory=list)
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))

    def took(self, step: str, answer: Answer, told: str) -> None:
        """A warning is told at the first step that it is heard at."""
        known = [warning for one in self.taken for warning in one["warnings"]]
        new = [one for one in warnings(answer.body) if one not in known]
        milliseconds = round(answer.milliseconds, 1)
        self.taken.append(
            {"step": step, "told": told, "milliseconds": milliseconds, "warnings": new}
        )
        lines = [f"{step:<10} {told}  ({milliseconds:.0f} ms)"]
        lines += [f"{'':<10} warning: {warning}" for warning in new]
        if not self.is_quiet:
            self.console.print("\n".join(lines), markup=False)


def add(cli: typer.Typer) -> None:
    cli.command()(order)


def order(
    *,
    url: Annotated[str, typer.Option(help="Where the server is.")] = "http://127.0.0.1:8000",
    item: Annotated[
        list[str],
        typer.Option(help="What to buy, and how many: SKU or SKU:UNITS. May be repeated."),
    ] = ["pot_ceramic"],  # noqa: B006  # typer copies it
    code: Annotated[list[str], typer.Option(help="A discount code. May be repeated.")] = [],  # noqa: B006
    email: Annotated[str, typer.Option(help="Who buys.")] = "jane@example.com",
    country: Annotated[str, typer.Option(help="Where to: an ISO 3166 code.")] = "US",
    handler: Annotated[str, typer.Option(help="The payment handler.")] = "mock_payment_handler",
    token: Annotated[str, typer.Option(help="What to pay with.")] = "success_token",  # noqa: S107  # opens the test provider alone
    api_key: Annotated[
        str,
        typer.Option(
            envvar="UCP_API_KEY", help="A platform's key, where strangers are not served."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Buy something from a running server, step by step, as a platform would."""
    if not url.startswith(("http://", "https://")):
        raise Unusable("--url: must begin with http:// or https://")
    wish = Wish(
        items=tuple(map(_item, item)),
        email=email,
        country=country,
        codes=tuple(code),
        handler=handler,
        token=token,
    )
    steps = Steps(is_quiet=as_json)
    with understood(url):
        placed = run(_bought(url.rstrip("/"), api_key, wish, steps))
        summary = {
            "order_id": placed["id"],
            "permalink_url": placed.get("permalink_url"),
            "currency": placed["currency"],
            "total": _total(placed),
            "steps": steps.taken,
        }
    tell(summary, f"\nYour order: {placed.get('permalink_url', placed['id'])}", as_json=as_json)


async def _bought(url: str, key: str, wish: Wish, steps: Steps) -> dict[str, Any]:
    async with ClientSession() as client:
        platform = Platform(client, url, key)
        found = await platform.look_around()
        steps.took("shop", found, f"{url} speaks UCP {found.body['ucp']['version']}")
        checkout = await _opened(platform, wish, steps)
        checkout = await _ready(platform, checkout, wish, steps)
        return await _placed(platform, checkout, wish, steps)


async def _opened(platform: Platform, wish: Wish, steps: Steps) -> dict[str, Any]:
    lines = [{"item": {"id": sku}, "quantity": units} for sku, units in wish.items]
    opened = await platform.shop("POST", "/checkout-sessions", {"line_items": lines})
    basket = ", ".join(
        f"{line['quantity']} x {line['item']['title']}" for line in opened.body["line_items"]
    )
    steps.took("basket", opened, f"{basket}: {_priced(opened.body)}")
    return opened.body


async def _ready(
    platform: Platform, checkout: dict[str, Any], wish: Wish, steps: Steps
) -> dict[str, Any]:
    """Who, where to, and by which of the ways that there are: the first, which is the cheapest."""
    path = f"/checkout-sessions/{checkout['id']}"
    method: dict[str, Any] = {
        "type": "shipping",
        "destinations": [{**HOME, "address_country": wish.country}],
        "selected_destination_id": "home",
    }
    wanted: dict[str, Any] = {
        "line_items": [
            {"id": line["id"], "item": {"id": line["item"]["id"]}, "quantity": line["quantity"]}
            for line in checkout["line_items"]
        ],
        "buyer": {"email": wish.email},
        "fulfillment": {"methods": [method]},
        **({"discounts": {"codes": list(wish.codes)}} if wish.codes else {}),
    }
    told = await platform.shop("PUT", path, wanted)
    steps.took("buyer", told, f"{wish.email}, to {wish.country}")
    if chosen := next(_options(told.body), None):
        group, option = chosen
        method["groups"] = [{"id": group, "selected_option_id": option["id"]}]
        told = await platform.shop("PUT", path, wanted)
        steps.took("delivery", told, f"{option['title']}: {_priced(told.body)}")
    if told.body["status"] != "ready_for_complete":
        raise AnsweredNo(reasons(told.body) or f"the checkout is {told.body['status']}")
    return told.body


async def _placed(
    platform: Platform, checkout: dict[str, Any], wish: Wish, steps: Steps
) -> dict[str, Any]:
    instrument = {
        "id": "instrument_1",
        "handler_id": wish.handler,
        "type": "card",
        "selected": True,
        "credential": {"type": "token", "token": wish.token},
    }
    path = f"/checkout-sessions/{checkout['id']}/complete"
    done = await platform.shop("POST", path, {"payment": {"instruments": [instrument]}})
    if done.body["status"] != "completed":
        raise AnsweredNo(reasons(done.body) or f"the checkout is {done.body['status']}")
    steps.took("payment", done, f"{_priced(done.body)} authorised")
    placed = await platform.shop("GET", f"/orders/{done.body['order']['id']}")
    steps.took("order", placed, f"{placed.body['id']} is placed")
    return placed.body


def _item(text: str) -> tuple[str, int]:
    sku, _, units = text.rpartition(":")
    if not sku:
        return text, 1
    if not (units.isascii() and units.isdigit() and 0 < int(units) <= MOST_UNITS):
        raise Unusable(f"--item: {text!r}: a number of units stands after the colon")
    return sku, int(units)


def _options(checkout: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each way that something can travel, with its group."""
    for method in checkout.get("fulfillment", {}).get("methods", ()):
        for group in method.get("groups", ()):
            for option in group.get("options", ()):
                yield group["id"], option


def _total(body: dict[str, Any]) -> int:
    amounts = [int(entry["amount"]) for entry in body["totals"] if entry["type"] == "total"]
    return amounts[0]


def _priced(body: dict[str, Any]) -> str:
    return money(_total(body), body["currency"])
