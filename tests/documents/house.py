"""docs/architecture.md: the picture of the house, and who hears what."""

from app.map.reading import read
from tests.documents.markdown import anchor, table


def told() -> str:
    heard: dict[str, list[str]] = {}
    for one in read().heard:
        heard.setdefault(one.event, []).append(f"`{one.consumer}`")
    rows = [
        (f"[`{event}`](reference/events.md#{anchor(event)})", ", ".join(consumers))
        for event, consumers in heard.items()
    ]
    picture = "![Contexts, the calls between them and the events they hear](map.svg)"
    return f"{picture}\n\n{table(('event', 'heard by'), rows)}"
