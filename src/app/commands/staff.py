import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import typer

from app.commands.choices import Role
from app.commands.paging import every
from app.commands.terminal import (
    AsJson,
    Most,
    Unusable,
    run,
    settings_of,
    table,
    tell,
    the_house,
)
from domain.contracts.identity import (
    AccountDetails,
    AddStaff,
    ChangeStaff,
    Identity,
    ListStaff,
)
from domain.shared.emails import known_as

EMAIL = typer.Argument(help="Whose e-mail address.")


def add(cli: typer.Typer) -> None:
    staff = typer.Typer(help="Who works in the shop, and as what.", no_args_is_help=True)
    staff.command("add")(add_staff)
    staff.command("list")(list_staff)
    staff.command("change")(change_staff)
    cli.add_typer(staff, name="staff")


def add_staff(
    email: Annotated[str, EMAIL],
    *,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    password_from_stdin: Annotated[
        bool, typer.Option("--password-from-stdin", help="Read the password from there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add somebody to the staff, the first owner too. At a terminal the password is asked for; who
    adds others without one has mail sent to them, once a server runs.
    """
    settings = settings_of()
    password = _password(is_piped=password_from_stdin)
    added = run(_added(AddStaff(email=email, role=role, password=password)))
    is_open = settings.post != "none"
    how = (
        "mail is sent to choose a password"
        if is_open
        else "mail waits: FREESTONE_MAIL_URL is not set"
    )
    shown = f"{added.email} is {added.role}" + ("" if password else f"; {how}")
    tell(_row(added), shown, as_json=as_json)


def list_staff(*, limit: Most = 100, as_json: AsJson = False) -> None:
    """Who works in the shop, in the order in which they came."""
    found = run(_listed(limit))
    columns = ("e-mail", "role", "disabled", "id")
    rows = [
        (one.email, one.role, "yes" if one.is_disabled else "", one.account_id) for one in found
    ]
    shown = table(columns, rows) if rows else "there is nobody: freestone staff add"
    tell([_row(one) for one in found], shown, as_json=as_json)


def change_staff(
    email: Annotated[str, EMAIL],
    *,
    role: Annotated[Role | None, typer.Option(help="What they may do from now on.")] = None,
    disabled: Annotated[
        bool | None,
        typer.Option("--disable/--enable", help="Shut them out at once, or let them in again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody another role, or shut them out."""
    if role is None and disabled is None:
        raise Unusable("--role, --disable or --enable: say what is to change")
    changed = run(_changed(email, role, is_disabled=disabled))
    standing = "disabled" if changed.is_disabled else changed.role
    tell(_row(changed), f"{changed.email} is {standing}", as_json=as_json)


def _password(*, is_piped: bool) -> str | None:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    told: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return told


async def _added(message: AddStaff) -> AccountDetails:
    async with the_house(settings_of(), "identity") as house:
        return await house.contract(Identity).add_staff(message)


async def _listed(most: int) -> list[AccountDetails]:
    async with the_house(settings_of(), "identity", is_reading=True) as house:
        return [one async for one in _all(house.contract(Identity), most)]


async def _changed(email: str, role: str | None, *, is_disabled: bool | None) -> AccountDetails:
    async with the_house(settings_of(), "identity") as house:
        identity = house.contract(Identity)
        async for one in _all(identity, sys.maxsize):
            if known_as(one.email) == known_as(email):
                changed = ChangeStaff(
                    account_id=one.account_id,
                    role=role or one.role or "",
                    is_disabled=one.is_disabled if is_disabled is None else is_disabled,
                    version=one.version,
                )
                return await identity.change_staff(changed)
    raise Unusable(f"EMAIL: {email} is not of the staff")


def _all(identity: Identity, most: int) -> AsyncIterator[Any]:
    return every(identity.list_staff, ListStaff(), most=most)


def _row(account: AccountDetails) -> dict[str, Any]:
    return {
        "account_id": account.account_id,
        "email": account.email,
        "role": account.role,
        "is_disabled": account.is_disabled,
        "version": account.version,
    }
