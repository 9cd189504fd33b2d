"""The lists of the merchant API, as its description tells them: one that is added is found here too."""

from dataclasses import dataclass, field
from typing import Any

from tests.documents.application import described


@dataclass(frozen=True)
class ListRoute:
    path: str
    filters: tuple[str, ...] = field(default=())


def list_routes() -> list[ListRoute]:
    document = described()
    found = []
    for path, methods in document["paths"].items():
        told = [_told(document, one) for one in methods.get("get", {}).get("parameters", ())]
        names = {one["name"]: one["in"] for one in told}
        if "after" in names:
            filters = [n for n, place in names.items() if place == "query"]
            found.append(ListRoute(path, tuple(n for n in filters if n not in ("after", "limit"))))
    return found


def _told(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    """One that is described elsewhere, where it is."""
    reference = parameter.get("$ref")
    if reference is None:
        return parameter
    shared: dict[str, Any] = document["components"]["parameters"][reference.rpartition("/")[2]]
    return shared
