"""What has been promised to whoever hears events. `make contracts` records additions, and refuses the rest.

To break a promise on purpose (nobody hears it any more), delete the file and record it anew.
"""

from json import dumps, loads
from pathlib import Path
from typing import Any

from app.map.asyncapi import asyncapi

FILE = Path(__file__).with_name("asyncapi") / "events.json"
KEPT = ("channels", "operations")
Document = dict[str, Any]


def described() -> Document:
    """All but the version of the program, which changes with each."""
    document = asyncapi()
    return {**document, "info": {**document["info"], "version": ""}}


def recorded() -> Document:
    none: Document = {
        "channels": {},
        "operations": {},
        "components": {"messages": {}, "schemas": {}},
    }
    return loads(FILE.read_text()) if FILE.exists() else none


def lost(old: Document, new: Document) -> list[str]:
    """What whoever hears events relies on, and would no longer find."""
    found = [
        f"{part}: {name}"
        for part in KEPT
        for name, promised in old[part].items()
        if new[part].get(name) != promised
    ]
    for name, message in old["components"]["messages"].items():
        now = new["components"]["messages"].get(name, {})
        found += _lost(f"message: {name}", message["payload"], now.get("payload", {}))
    for name, schema in old["components"]["schemas"].items():
        now = new["components"]["schemas"].get(name, {})
        found += _lost(f"schema: {name}", schema, now)
    return found


def _lost(what: str, old: Document, new: Document) -> list[str]:
    """Fields may be added; what was always said is always said."""
    fields = new.get("properties", {})
    is_kept = all(fields.get(name) == said for name, said in old.get("properties", {}).items())
    is_said = set(old.get("required", ())) <= set(new.get("required", ()))
    others = {"properties", "required", "description", "title"}
    is_same = all(new.get(key) == said for key, said in old.items() if key not in others)
    return [] if is_kept and is_said and is_same else [what]


if __name__ == "__main__":
    if gone := lost(recorded(), described()):
        raise SystemExit(f"events do not only grow: {', '.join(gone)}")
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(dumps(described(), indent=2, sort_keys=True) + "\n")
