from datetime import UTC, datetime
from typing import Annotated

import typer

from app.commands.choices import AttemptState
from app.commands.paging import every
from app.commands.terminal import AsJson, Most, moment, run, settings_of, table, tell, the_house
from domain.contracts.ordering import AttemptDetails, ListAttempts, Ordering
from domain.shared.ids import public


def add(cli: typer.Typer) -> None:
    cli.command()(attempts)


def attempts(
    *,
    state: Annotated[AttemptState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Most = 20,
    as_json: AsJson = False,
) -> None:
    """Attempts to place an order, the newest first: where each stands, and why."""
    found = run(_found(state, limit))
    now = datetime.now(UTC)
    rows = [
        {
            "attempt_id": public("att", one.attempt_id),
            "checkout_id": public("chk", one.checkout_id),
            "state": one.state,
            "started_at": one.started_at,
            "owners": one.epoch,
            "why": _why(one, now),
        }
        for one in found
    ]
    shown = table(
        ("attempt", "state", "began (UTC)", "owners", "why"),
        [
            (row["attempt_id"], one.state, moment(one.started_at), one.epoch, row["why"])
            for row, one in zip(rows, found, strict=True)
        ],
    )
    tell(rows, shown if rows else "there are no such attempts", as_json=as_json)


def _why(one: AttemptDetails, now: datetime) -> str:
    if one.notices:
        return "; ".join(notice.text for notice in one.notices)
    if one.state not in ("running", "undoing"):
        return ""
    seconds = (one.leased_until - now).total_seconds()
    return (
        f"is driven for {seconds:.0f} s yet"
        if seconds > 0
        else f"waits for recovery since {-seconds:.0f} s"
    )


async def _found(state: str | None, most: int) -> list[AttemptDetails]:
    async with the_house(settings_of(), "ordering", is_reading=True) as house:
        call = house.contract(Ordering).list_attempts
        return [one async for one in every(call, ListAttempts(state=state), most=most)]
