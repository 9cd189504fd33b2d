"""The keys as the program sees to them: made where they are missing, or refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.commands.terminal import Unusable
from app.settings import Settings, name_of
from infrastructure.shared.files import UnfitFile

SIGNING = ("ordering", "notifications")
"""The contexts whose processes sign messages."""


@contextmanager
def keys_of(settings: Settings) -> Iterator[dict[str, Any]]:
    """Each ring of keys by what it is for. What is wrong with them is for the caller to mend, and told
    by the setting's name.
    """
    from app.container import Container
    from app.house import wiring

    container = Container()
    container.config.from_dict(wiring(settings))
    try:
        yield {"tokens": container.keys(), "messages": container.message_keys()}
    except UnfitFile as unfit:
        raise Unusable(f"{name_of('keys_folder')}: {unfit}") from unfit


def require_keys(settings: Settings) -> None:
    """What is hosted here finds its keys there and nobody else's: made, if there were none."""
    with keys_of(settings) as rings:
        if "identity" in settings.contexts:
            rings["tokens"].prepare()
        if any(context in settings.contexts for context in SIGNING):
            rings["messages"].prepare()
