"""What two sides can do together (UCP section 4)."""

from collections.abc import Mapping

from app.ucp.platforms.profile import Capabilities, Capability

Active = dict[str, Capability]


def intersection(
    ours: Capabilities, theirs: Mapping[str, frozenset[str]], protocol: str
) -> dict[str, str]:
    """The capabilities that both have, each in the highest version that both have; no extension
    without a parent, and none that does not work with the others (NEG-3, NEG-4, NAM-5).
    """
    active: Active = {}
    for name, entries in ours.items():
        common = [one for one in entries if one.version in theirs.get(name, ())]
        if common:
            active[name] = max(common, key=lambda one: one.version)
    _prune(active)
    while unfit := [name for name, one in active.items() if not _works(one, active, protocol)]:
        for name in unfit:
            del active[name]
        _prune(active)
    return {name: one.version for name, one in active.items()}


def _prune(active: Active) -> None:
    """One parent is enough. An extension may be the parent of another."""
    while orphans := [
        n for n, one in active.items() if one.parents and not active.keys() & one.parents
    ]:
        for name in orphans:
            del active[name]


def _works(one: Capability, active: Active, protocol: str) -> bool:
    if one.requires is None:
        return True
    needed = one.requires.capabilities.items()
    return protocol in one.requires.protocol and all(
        active[name].version in bounds for name, bounds in needed if name in active
    )
