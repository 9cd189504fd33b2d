"""docs/reference/events.md: every fact that a context tells."""

from json import dumps, loads

from app.context_map import CONTRACTS, events_of
from app.map.house import House
from app.map.reading import read
from domain.shared.model import Event
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.events.posted import Posted
from tests.documents.examples import AN_ID, NOON, example
from tests.documents.markdown import anchor, members, said, table, whole

ABOUT = """An event is a fact, told by the context that it happened in. It waits in that context's
outbox from the transaction that made it true, and is brought to the inbox of each context that listens:
in its order within one aggregate, at least once, and worked through once by each consumer. Names stay;
fields are only added. Between processes events are
[CloudEvents 1.0](https://github.com/cloudevents/spec) in JSON; `sequence` counts the events of one
`subject`."""


def pages() -> dict[str, str]:
    house = read()
    events = [event for name in sorted(CONTRACTS) for event in events_of(CONTRACTS[name])]
    overview = table(
        ("event", "heard by"),
        ((f"[`{e.name}`](#{anchor(e.name)})", _heard(house, e)) for e in events),
    )
    return {
        "reference/events.md": whole("Events", ABOUT, overview, *(_told(house, e) for e in events))
    }


def _heard(house: House, event: type[Event]) -> str:
    heard = [f"`{one.consumer}`" for one in house.heard if one.event == event.name]
    return ", ".join(heard) or "nobody yet"


def _told(house: House, event: type[Event]) -> str:
    source = event.name.partition(".")[0]
    who = f"Told by [{source}](../contexts/{source}.md), heard by {_heard(house, event)}."
    fields, example = f"Fields: {members(event)}.", f"```json\n{_example(event)}\n```"
    parts = (f"## {event.name}", said(event), f"{who} {fields}", example)
    return "\n\n".join(part for part in parts if part)


def _example(event: type[Event]) -> str:
    posted = Posted(
        id=AN_ID,
        name=event.name,
        aggregate_id=str(AN_ID),
        sequence=1,
        occurred_at=NOON,
        actor="florist",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        body=adapter(event).dump_json(example(event)).decode(),
    )
    return dumps(loads(posted.as_cloud_event()), indent=2, ensure_ascii=False)
