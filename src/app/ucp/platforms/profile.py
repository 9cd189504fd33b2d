"""What a platform says of itself in its profile, as far as it matters to how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.ucp.presentation import Instrument


@dataclass(frozen=True)
class Bounds:
    """Versions, both inclusive; they are dates, and sort as text."""

    least: str = ""
    most: str | None = None

    def __contains__(self, version: object) -> bool:
        return isinstance(version, str) and self.least <= version <= (self.most or version)


@dataclass(frozen=True)
class Requires:
    """What an extension works with (UCP NAM-5)."""

    protocol: Bounds = Bounds()
    capabilities: Mapping[str, Bounds] = field(default_factory=dict)


@dataclass(frozen=True)
class Capability:
    """One version of a capability; `parents` are what it extends, if it is an extension."""

    version: str
    parents: tuple[str, ...] = ()
    requires: Requires | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


Capabilities = Mapping[str, tuple[Capability, ...]]


@dataclass(frozen=True)
class Profile:
    """`capabilities` are nothing where it says nothing that could be read of them. `instruments` are
    those that it can pay with, by the name of the handler, where it says so.
    """

    version: str
    capabilities: Capabilities | None = None
    instruments: Mapping[str, tuple[Instrument, ...]] = field(default_factory=dict)
    signing_keys: tuple[Mapping[str, Any], ...] = ()
    webhook_url: str | None = None
    supports_multi_group: bool = False
