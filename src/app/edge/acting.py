"""In whose name the calls of a request are made."""

from contextlib import AbstractContextManager
from dataclasses import replace

from infrastructure.shared.envelope import carrying, current


def acting(actor: str) -> AbstractContextManager[None]:
    return carrying(replace(current(), actor=actor))
