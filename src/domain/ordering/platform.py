"""Who sends us buyers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class RegisteredPlatform:
    name: str
    key_digest: str
    profile_url: str | None
    registered_at: datetime
