"""The profiles of platforms, as the open internet has them: some, and what is said of all others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from app.edge.strangers import Fetched, Strangers, Unresolvable
from app.ucp.presentation import Presentation
from app.ucp.profile import platform
from infrastructure.shared.tasks import Tasks

PROFILE = "https://agent.example/profile.json"
ANOTHER = "https://else.example/"
JSON = {"content-type": "application/json"}


def a_profile(**more: Any) -> dict[str, Any]:
    """Of a platform that can do all that the shop can. More is put into `ucp`, but for keys."""
    keys = {"signing_keys": more.pop("signing_keys")} if "signing_keys" in more else {}
    ucp: dict[str, Any] = platform(Presentation())["ucp"]
    return {"ucp": {**ucp, **more}, **keys}


@dataclass
class Internet:
    """`sites` are what answers at each URL: a profile, an answer, or a failure to be raised."""

    sites: dict[str, Any] = field(
        default_factory=lambda: dict.fromkeys((PROFILE, ANOTHER), a_profile())
    )
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, url: str, /) -> Fetched:
        self.fetched.append(url)
        found = self.sites.get(url, Unresolvable(f"there is no {url}"))
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, Fetched) else answered(found)


async def _nowhere(url: str, /) -> Fetched:
    raise Unresolvable(f"there is no {url}")


NOBODY = Strangers(_nowhere, _nowhere, Tasks())
"""As it is without a line to the internet."""


def answered(body: Any, status: int = 200, /, **headers: str) -> Fetched:
    told: Mapping[str, str] = {**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Fetched(status, told, body if isinstance(body, bytes) else to_json(body))
