"""Which of the merchant's own systems are told of what, seen to from a terminal."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer

from app.commands.noted import noted
from app.commands.paging import every
from app.commands.terminal import (
    AnsweredNo,
    AsJson,
    Most,
    Result,
    Unusable,
    moment,
    run,
    settings_of,
    table,
    tell,
    the_house,
    words,
)
from domain.contracts.notifications import (
    EVENTS,
    CreateSubscription,
    DeleteSubscription,
    FindSubscription,
    ListSubscriptions,
    Notifications,
    ReplaySubscription,
    RotateSecret,
    SubscriptionDetails,
    SubscriptionId,
    TryOutSubscription,
    UpdateSubscription,
)
from domain.shared.ids import from_public, public
from domain.shared.model import Refusal

A_DAY = 86_400
ALL = "/v1/subscriptions"
"""Where the merchant API has them: what is done to one is written down under its address there."""
Name = Annotated[str, typer.Argument(help="The subscription, as `list` names it (`sub_...`).")]
Wanted = Annotated[
    list[str],
    typer.Option("--event", help=f"What it is told of ({EVENTS[0]}); as often as needed."),
]
Since = Annotated[
    datetime,
    typer.Argument(help="From when on, in UTC.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
]
Grace = Annotated[
    int, typer.Option("--grace-seconds", min=0, help="So long the secret before it signs too.")
]


def add(cli: typer.Typer) -> None:
    subscriptions = typer.Typer(
        help="The merchant's own systems, told by webhook: add, list, test, rotate, replay, "
        "disable, enable, delete.",
        no_args_is_help=True,
    )
    for name, command in (
        ("add", add_subscription),
        ("list", list_subscriptions),
        ("test", try_out),
        ("rotate", rotate),
        ("replay", replay),
        ("disable", disable),
        ("enable", enable),
        ("delete", delete),
    ):
        subscriptions.command(name)(command)
    cli.add_typer(subscriptions, name="subscriptions")


def add_subscription(
    url: Annotated[str, typer.Argument(help="Where it is told (https://...).")],
    *,
    event: Wanted,
    name: Annotated[str, typer.Option(help="What to call it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Have somebody told of events from now on. Its secret is told this once, and never again."""
    message = CreateSubscription(key=uuid4().hex, name=name, target=url, events=tuple(event))
    made = _done(
        "create_subscription", ALL, lambda notifications: notifications.create_subscription(message)
    )
    told = public("sub", made.details.subscription_id)
    shown = f"{told}: its secret, shown only now: {made.secret}"
    tell({"subscription_id": told, "secret": made.secret}, shown, as_json=as_json)


def list_subscriptions(*, limit: Most = 100, as_json: AsJson = False) -> None:
    """The oldest first, without their secrets."""
    found = run(_listed(limit))
    told = [{**vars(one), "subscription_id": public("sub", one.subscription_id)} for one in found]
    rows = [
        (
            public("sub", one.subscription_id),
            one.name,
            one.target,
            " ".join(one.events),
            one.state,
            moment(one.failing_since) if one.failing_since else None,
            one.reason,
        )
        for one in found
    ]
    columns = ("id", "name", "where", "events", "state", "failing since", "why not")
    tell(told, table(columns, rows) if found else "nobody has subscribed", as_json=as_json)


def try_out(subscription: Name, *, as_json: AsJson = False) -> None:
    """Send it a test, which says in its log what became of it."""
    message = TryOutSubscription(subscription_id=_id(subscription))
    sent = _done(
        "try_out_subscription",
        f"{ALL}/{subscription}/test",
        lambda notifications: notifications.try_out_subscription(message),
    )
    told = public("dlv", sent.delivery_id)
    tell({"delivery_id": told, "state": sent.state}, f"{told} is sent", as_json=as_json)


def rotate(subscription: Name, *, grace: Grace = A_DAY, as_json: AsJson = False) -> None:
    """Make another secret, told this once. The one before signs too for its time of grace."""
    message = RotateSecret(subscription_id=_id(subscription), grace_seconds=grace)
    made = _done(
        "rotate_subscription_secret",
        f"{ALL}/{subscription}/secret",
        lambda notifications: notifications.rotate_secret(message),
    )
    told = {"subscription_id": subscription, "secret": made.secret}
    tell(told, f"{subscription}: its secret, shown only now: {made.secret}", as_json=as_json)


def replay(subscription: Name, since: Since, *, as_json: AsJson = False) -> None:
    """Send again what was kept for it since then, what was delivered too."""
    message = ReplaySubscription(subscription_id=_id(subscription), since=since.replace(tzinfo=UTC))
    again = _done(
        "replay_subscription",
        f"{ALL}/{subscription}/replay",
        lambda notifications: notifications.replay_subscription(message),
    )
    more = f"; go on from {again.continues_at:%Y-%m-%dT%H:%M:%S}" if again.continues_at else ""
    tell(vars(again), f"{again.deliveries} are sent again{more}", as_json=as_json)


def disable(subscription: Name, *, as_json: AsJson = False) -> None:
    """Tell it nothing until it is enabled again; what happens meanwhile is kept for it."""
    _set(subscription, is_enabled=False, as_json=as_json)


def enable(subscription: Name, *, as_json: AsJson = False) -> None:
    """Tell it again from now on; `replay` sends what it missed."""
    _set(subscription, is_enabled=True, as_json=as_json)


def delete(subscription: Name, *, as_json: AsJson = False) -> None:
    """Tell it nothing more, not even what waits."""
    message = DeleteSubscription(subscription_id=_id(subscription))
    _done(
        "delete_subscription",
        f"{ALL}/{subscription}",
        lambda notifications: notifications.delete_subscription(message),
    )
    tell({"subscription_id": subscription}, f"{subscription} is deleted", as_json=as_json)


def _set(name: str, *, is_enabled: bool, as_json: bool) -> None:
    subscription_id = _id(name)

    async def changed(notifications: Notifications) -> SubscriptionDetails:
        found = await notifications.find_subscription(
            FindSubscription(subscription_id=subscription_id)
        )
        return await notifications.update_subscription(
            UpdateSubscription(
                subscription_id=subscription_id,
                name=found.name,
                target=found.target,
                events=found.events,
                is_enabled=is_enabled,
                version=found.version,
            )
        )

    stands = _done("update_subscription", f"{ALL}/{name}", changed)
    told = {"subscription_id": name, "state": stands.state}
    tell(told, f"{name} is {stands.state}", as_json=as_json)


def _done(deed: str, subject: str, what: Callable[[Notifications], Awaitable[Result]]) -> Result:
    async def work() -> Result:
        async with the_house(settings_of(), "notifications", "identity") as house:
            notifications = house.contract(Notifications)
            try:
                return await noted(house, deed, subject, lambda: what(notifications))
            except Refusal as no:
                raise AnsweredNo(words(no)) from None

    return run(work())


async def _listed(most: int) -> list[SubscriptionDetails]:
    async with the_house(settings_of(), "notifications", is_reading=True) as house:
        call = house.contract(Notifications).list_subscriptions
        return [one async for one in every(call, ListSubscriptions(), most=most)]


def _id(name: str) -> SubscriptionId:
    if known := from_public("sub", name):
        return SubscriptionId(known)
    raise Unusable(f"SUBSCRIPTION: {name!r} is no id of a subscription")
