"""Where a platform says that a buyer came from: kept for the shop with the order, and of no effect.

No answer is another with it or without it (UCP ELG-11). So what cannot be kept is left out, and
refuses nothing.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from domain.contracts.ordering import Attribution

MOST, LONGEST_NAME, LONGEST_VALUE = 20, 100, 500


def _keepable(said: Any) -> dict[str, str] | None:
    if not isinstance(said, dict):
        return None
    pairs = ((name, value) for name, value in said.items() if _is_fit(name, value))
    return dict(pair for pair, _ in zip(pairs, range(MOST), strict=False))


def _is_fit(name: Any, value: Any) -> bool:
    return _is_text(name, LONGEST_NAME) and _is_text(value, LONGEST_VALUE)


def _is_text(text: Any, longest: int) -> bool:
    return isinstance(text, str) and len(text) <= longest and text.isprintable()


Attributed = Annotated[dict[str, str] | None, BeforeValidator(_keepable)]


def attribution(said: dict[str, str] | None) -> tuple[Attribution, ...] | None:
    if said is None:
        return None
    return tuple(Attribution(name=name, value=value) for name, value in said.items())
