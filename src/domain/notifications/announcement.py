"""How an announcement is written down for a merchant, as Standard Webhooks has it."""

from datetime import datetime

from domain.contracts.notifications import Announcement

MOST_BYTES = 262_144
"""A receiver need not read more; what is larger is told by its id alone."""


def body(announcement: Announcement, at: datetime) -> str:
    """Names of events and ids need no escaping."""
    content = announcement.content
    if len(content.encode()) > MOST_BYTES:
        content = f'{{"id":"{announcement.name}"}}'
    moment = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return f'{{"type":"{announcement.event}","timestamp":"{moment}","data":{content}}}'
