"""Reads the profile of a platform."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from app.edge.strangers import Fetched
from app.ucp.errors import Refused, mistakes
from app.ucp.platforms.loose import loosely
from app.ucp.platforms.profile import Capability, Profile
from app.ucp.platforms.shapes import LONGEST_URL, HandlerPart, ProfilePart
from app.ucp.presentation import FULFILLMENT, ORDER, Instrument

MOST_LIMITS, MOST_ALLOWED, LONGEST_ALLOWED = 10, 50, 100
MOST_MISTAKES = 100
"""To list ten thousand of them takes longer than all else that strangers can ask for."""


def read(fetched: Fetched, *, is_loose: bool) -> Profile:
    """Refuses what is no profile (`profile_malformed`). In interop mode, what cannot be read of a
    profile that names its version is left out, and whoever says nothing of capabilities has all.
    """
    if not (is_loose or _is_json(fetched.headers.get("content-type", ""))):
        raise malformed("it is not application/json")
    try:
        told = from_json(fetched.body, allow_inf_nan=False)
    except ValueError:
        raise malformed("it is not JSON") from None
    try:
        return _profile(ProfilePart.model_validate(told))
    except ValidationError as unfit:
        loose = loosely(told) if is_loose else None
        if loose is None:
            is_told = unfit.error_count() <= MOST_MISTAKES
            why = mistakes(unfit.errors()) if is_told else "there are too many mistakes in it"
            raise malformed(why) from None
        return loose


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def malformed(why: str) -> Refused:
    return Refused(422, "profile_malformed", f"The profile in UCP-Agent is unfit: {why}.")


def _profile(part: ProfilePart) -> Profile:
    handlers, told = part.ucp.payment_handlers, part.ucp.capabilities
    capabilities = {name: tuple(one.capability() for one in them) for name, them in told.items()}
    return Profile(
        version=part.ucp.version,
        capabilities=capabilities,
        instruments={name: found for name, them in handlers.items() if (found := _ways(them))},
        signing_keys=tuple(key.model_dump(exclude_none=True) for key in part.signing_keys),
        webhook_url=_address(_told(capabilities.get(ORDER, ()), "webhook_url", str)),
        supports_multi_group=bool(
            _told(capabilities.get(FULFILLMENT, ()), "supports_multi_group", bool)
        ),
    )


def _ways(entries: Iterable[HandlerPart]) -> tuple[Instrument, ...]:
    """Nothing where any of the entries takes all there is (UCP PAY-3)."""
    named = [entry.available_instruments for entry in entries]
    if any(ways is None for ways in named):
        return ()
    return tuple(
        Instrument(way.type, _limits(way.constraints or {})) for ways in named for way in ways or ()
    )


def _limits(constraints: Mapping[str, Any]) -> dict[str, Any] | None:
    """Lists of what is allowed, as long as anybody has a use for. They are told again, and kept with
    all that is asked for; what else a platform wants of itself, it knows.
    """
    found = {
        name: allowed
        for name, allowed in list(constraints.items())[:MOST_LIMITS]
        if len(name) <= LONGEST_ALLOWED and isinstance(allowed, list)
        if len(allowed) <= MOST_ALLOWED and all(map(_is_short, allowed))
    }
    return found or None


def _is_short(allowed: object) -> bool:
    return isinstance(allowed, str) and len(allowed) <= LONGEST_ALLOWED


def _address(url: str | None) -> str | None:
    return url if url and len(url) <= LONGEST_URL else None


def _told(entries: Iterable[Capability], member: str, kind: type[Any]) -> Any:
    """That of the newest version which says it."""
    newest = sorted(entries, key=lambda one: one.version, reverse=True)
    found = (one.config.get(member) for one in newest)
    return next((value for value in found if isinstance(value, kind)), None)
