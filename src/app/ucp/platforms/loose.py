"""What can be read of a profile that is not as the schema has it: for those who try things out."""

from collections.abc import Mapping
from typing import Any

from app.ucp.platforms.profile import Capability, Profile
from app.ucp.platforms.shapes import LONGEST_URL, MOST_KEYS


def loosely(told: Any) -> Profile | None:
    ucp = told.get("ucp") if isinstance(told, Mapping) else None
    if not isinstance(ucp, Mapping) or not isinstance(ucp.get("version"), str):
        return None
    named = ucp.get("capabilities")
    url = _found(named, "webhook_url", str)
    return Profile(
        version=ucp["version"],
        capabilities=_capabilities(named) if isinstance(named, Mapping) else None,
        signing_keys=tuple(_listed(told.get("signing_keys")))[:MOST_KEYS],
        webhook_url=url if url and len(url) <= LONGEST_URL else None,
        supports_multi_group=_found(named, "supports_multi_group", bool) or False,
    )


def _capabilities(named: Mapping[str, Any]) -> dict[str, tuple[Capability, ...]]:
    return {
        name: tuple(Capability(e["version"]) for e in _listed(entries) if _is_versioned(e))
        for name, entries in named.items()
    }


def _is_versioned(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("version"), str)


def _listed(told: Any) -> list[Mapping[str, Any]]:
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []


def _found(named: Any, member: str, kind: type[Any]) -> Any:
    """What any capability says of it in its `config`: they may be a list, as they once were."""
    lists = named.values() if isinstance(named, Mapping) else [named]
    configs = (entry.get("config") for entries in lists for entry in _listed(entries))
    found = (config.get(member) for config in configs if isinstance(config, Mapping))
    return next((value for value in found if isinstance(value, kind)), None)
