from typing import Annotated, Literal

import typer

from app.commands.keys_of import keys_of
from app.commands.terminal import AsJson, moment, settings_of, table, tell

AT_ONCE = (
    "The keys before are not to be trusted: forget them now, and with them all that they signed."
)
Ring = Annotated[
    Literal["tokens", "messages"] | None, typer.Option(help="These keys alone; without it, both.")
]


def add(cli: typer.Typer) -> None:
    keys = typer.Typer(
        help="What tokens and messages are signed with: show, rotate.", no_args_is_help=True
    )
    keys.command()(show)
    keys.command()(rotate)
    cli.add_typer(keys, name="keys")


def show(*, as_json: AsJson = False) -> None:
    """The keys in FREESTONE_KEYS_FOLDER, and what each is for now: signs, verifies, or retired."""
    with keys_of(settings_of()) as rings:
        known = [(name, *one) for name, folder in rings.items() for one in folder.told()]
    told = [
        {
            "ring": ring,
            "kid": key.name,
            "made_at": key.made_at,
            "signs_from": key.signs_from,
            "state": state,
        }
        for ring, key, state in known
    ]
    rows = [
        (ring, key.name, moment(key.made_at), moment(key.signs_from), state)
        for ring, key, state in known
    ]
    tell(told, table(("ring", "key", "made", "signs from", "state"), rows), as_json=as_json)


def rotate(
    *,
    ring: Ring = None,
    at_once: Annotated[bool, typer.Option("--at-once", help=AT_ONCE)] = False,
    as_json: AsJson = False,
) -> None:
    """Make new keys: they are published now, and sign ten minutes from now.

    The one before verifies as long as what it signed is good: tokens until the last has run out,
    messages for seven days. The next rotation deletes it. Running processes know within seconds.
    """
    with keys_of(settings_of()) as rings:
        made = [
            {"ring": name, "kid": folder.rotate(at_once=at_once)}
            for name, folder in rings.items()
            if ring in (None, name)
        ]
    when = "signs from now on" if at_once else "is published, and signs in ten minutes"
    tell(made, "\n".join(f"{one['ring']}: {one['kid']} {when}" for one in made), as_json=as_json)
