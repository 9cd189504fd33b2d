"""What platforms and buyers were told of orders: what to do where they were not is decided here."""

from enum import StrEnum
from typing import Annotated

import typer

from app.commands.terminal import (
    AsJson,
    Most,
    Unusable,
    moment,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.notifications import (
    DeliveryDetails,
    DeliveryId,
    DeliveryStandsOtherwise,
    ListDeliveries,
    Notifications,
    RedriveDelivery,
    SkipDelivery,
    UnknownDelivery,
)
from domain.shared.ids import from_public, public

Name = Annotated[str, typer.Argument(help="The delivery, as `list` names it (`dlv_...`).")]


class State(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    STOPPED = "stopped"
    SKIPPED = "skipped"


def add(cli: typer.Typer) -> None:
    deliveries = typer.Typer(
        help="Webhooks and mails about orders: list, redrive, skip.", no_args_is_help=True
    )
    deliveries.command("list")(list_deliveries)
    deliveries.command()(redrive)
    deliveries.command()(skip)
    cli.add_typer(deliveries, name="deliveries")


def list_deliveries(
    *,
    state: Annotated[State, typer.Option(help="Those in this state.")] = State.DEAD,
    limit: Most = 100,
    as_json: AsJson = False,
) -> None:
    """The newest first; without `--state`, those that wait for somebody to decide."""
    found = run(_listed(state, limit))
    told = [
        {
            **vars(one),
            "delivery_id": public("dlv", one.delivery_id),
            "order_id": public("ord", one.order_id),
        }
        for one in found
    ]
    rows = [
        (
            public("dlv", one.delivery_id),
            public("ord", one.order_id),
            one.kind,
            one.occasion,
            moment(one.happened_at),
            one.attempts,
            one.error,
        )
        for one in found
    ]
    shown = table(("delivery", "order", "kind", "what of", "when", "tries", "why not"), rows)
    tell(told, shown if found else f"no delivery is {state}", as_json=as_json)


def redrive(delivery: Name, *, as_json: AsJson = False) -> None:
    """Try it again from the start, under the same id, also where its target wanted no more."""
    found = run(_decided(delivery, RedriveDelivery))
    tell({"delivery_id": delivery, "state": found.state}, f"{delivery} is sent", as_json=as_json)


def skip(delivery: Name, *, as_json: AsJson = False) -> None:
    """Give it up, and let what follows it of its order pass."""
    found = run(_decided(delivery, SkipDelivery))
    shown = f"{delivery} is given up"
    tell({"delivery_id": delivery, "state": found.state}, shown, as_json=as_json)


async def _listed(state: State, most: int) -> list[DeliveryDetails]:
    async with the_house(settings_of(), "notifications", is_reading=True) as house:
        call = house.contract(Notifications).list_deliveries
        found, after = list[DeliveryDetails](), None
        while len(found) < most:
            page = await call(ListDeliveries(state=state, after=after, most=most - len(found)))
            found += page.items
            if not (after := page.next):
                break
        return found


async def _decided(
    name: str, decision: type[RedriveDelivery] | type[SkipDelivery]
) -> DeliveryDetails:
    if not (known := from_public("dlv", name)):
        raise Unusable(f"DELIVERY: {name!r} is no id of a delivery")
    message = decision(delivery_id=DeliveryId(known))
    async with the_house(settings_of(), "notifications") as house:
        notifications = house.contract(Notifications)
        try:
            if isinstance(message, RedriveDelivery):
                return await notifications.redrive_delivery(message)
            return await notifications.skip_delivery(message)
        except UnknownDelivery:
            raise Unusable(f"DELIVERY: there is no {name}") from None
        except DeliveryStandsOtherwise as no:
            raise Unusable(f"DELIVERY: {name} is {no.state}") from None
