"""docs/problems.md: every kind of problem that the merchant API tells."""

from dataclasses import fields
from typing import Any, cast

from app.context_map import CONTRACTS
from app.edge.problem_kinds import OWN, Kind, catalogue, kind_of
from domain.shared.dead_letters import DeadLetters
from infrastructure.shared.calls.wire import refusals
from tests.documents.markdown import table, whole

ABOUT = """What goes wrong in the merchant API (`/v1`, [every operation](reference/api.md)) is told as
problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), `application/problem+json`):

```json
{
  "type": "urn:freestone:problem:inventory:unknown-sku",
  "title": "Unknown sku",
  "status": 404,
  "detail": "Unknown sku",
  "sku": "bouquet_roses"
}
```

The `type` stays; `title` and `detail` are for people and may change. A refusal of a context is named by
the context and itself, and has the refusal's fields as members."""

TOLD = {**CONTRACTS, "dead_letters": DeadLetters}


def pages() -> dict[str, str]:
    own = "\n\n".join(["## Of every request", *(_told(kind) for kind in OWN)])
    of_contexts = [_of_contract(name, told) for name, told in sorted(TOLD.items())]
    overview = table(
        ("status", "problems"),
        ((str(status), ", ".join(_link(kind) for kind in kinds)) for status, kinds in _by_status()),
    )
    return {"problems.md": whole("Problems", ABOUT, overview, own, *of_contexts)}


def _by_status() -> list[tuple[int, list[Kind]]]:
    found: dict[int, list[Kind]] = {}
    for kind in catalogue(TOLD.values()):
        found.setdefault(kind.status, []).append(kind)
    return sorted(found.items())


def _link(kind: Kind) -> str:
    return f"[`{kind.name}`](#{kind.name.replace(':', '')})"


def _of_contract(name: str, contract: type) -> str:
    told = []
    for refusal in refusals(contract).values():
        names = [one.name for one in fields(cast(Any, refusal)) if one.name != "because"]
        members = ", ".join(f"`{name}`" for name in names)
        told.append(_told(kind_of(refusal), members))
    return "\n\n".join([f"## {name.capitalize().replace('_', ' ')}", *told])


def _told(kind: Kind, members: str = "") -> str:
    more = f" Members: {members}." if members else ""
    text = kind.text if kind.text.endswith(".") else f"{kind.text}."
    return f"### {kind.name}\n\n`{kind.type}`, {kind.status}. {text}{more}"
