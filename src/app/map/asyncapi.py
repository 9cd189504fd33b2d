"""The events of the house as an AsyncAPI 3.0 document, made from the contracts."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from inspect import getdoc
from typing import Any

from pydantic import TypeAdapter

from app.context_map import CONTRACTS, events_of
from domain.shared.model import Event

Document = dict[str, Any]
TEXT: Document = {"type": "string"}
ABOUT = (
    "Facts that the contexts of this shop tell. Each is told at least once, and in order within one "
    "`subject`, which `sequence` counts from 1. Names end in the version of what they say: fields are "
    "added to a version, and nothing else; what would break it gets the next one."
)


@cache
def asyncapi() -> Document:
    """What is told by way of a broker."""
    events = [event for name in sorted(CONTRACTS) for event in events_of(CONTRACTS[name])]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Freestone events",
            "version": version("freestone"),
            "description": ABOUT,
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {event.name: _channel(event) for event in events},
        "operations": {event.name: _operation(event) for event in events},
        "components": {
            "messages": {event.name: _message(event) for event in events},
            "schemas": _schemas(events),
        },
    }


def _channel(event: type[Event]) -> Document:
    message = {"$ref": f"#/components/messages/{event.name}"}
    return {"address": f"freestone.{event.name}", "messages": {event.name: message}}


def _operation(event: type[Event]) -> Document:
    channel = f"#/channels/{event.name}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.name}"}],
    }


def _message(event: type[Event]) -> Document:
    """`x-schema-version` is what the name ends in."""
    said = getdoc(event) if event.__doc__ and not event.__doc__.startswith(event.__name__) else ""
    told = {"Nats-Msg-Id": TEXT, "traceparent": TEXT}
    return {
        "name": event.name,
        "title": event.__name__,
        **({"description": said} if said else {}),
        "x-schema-version": int(event.name.rpartition(".v")[2]),
        "headers": {"type": "object", "properties": told},
        "payload": _payload(event),
    }


def _payload(event: type[Event]) -> Document:
    """A CloudEvent 1.0 in JSON."""
    context = event.name.partition(".")[0]
    properties = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"const": f"/freestone/{context}"},
        "type": {"const": event.name},
        "subject": TEXT,
        "time": {"type": "string", "format": "date-time"},
        "sequence": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "traceparent": TEXT,
        "actor": TEXT,
        "datacontenttype": {"const": "application/json"},
        "data": {"$ref": f"#/components/schemas/{context}.{event.__name__}"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _schemas(events: Iterable[type[Event]]) -> Document:
    """What they say, and what that is made of: under the context's name, for words are its own."""
    found: Document = {}
    for event in events:
        context = event.name.partition(".")[0]
        at = f"#/components/schemas/{context}.{{model}}"
        schema = TypeAdapter(event).json_schema(ref_template=at, mode="serialization")
        parts = schema.pop("$defs", {})
        found |= {f"{context}.{name}": part for name, part in parts.items()}
        found[f"{context}.{event.__name__}"] = schema
    return dict(sorted(found.items()))
