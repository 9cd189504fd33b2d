"""What travels with every call beside its message: who asks, in which trace, and until when.

No rule of the business reads it: what a rule must know is in the message.
"""

import re
from asyncio import get_running_loop
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass
from secrets import token_hex

_current: ContextVar["Envelope"] = ContextVar("envelope")
TRACEPARENT = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    actor: str
    traceparent: str
    deadline: float  # on the event loop's clock, which no other process shares

    def __post_init__(self) -> None:
        if not (self.actor.isascii() and self.actor.isprintable()):
            raise ValueError("an actor is named in printable ASCII: it travels in a header")

    @classmethod
    def opened(cls, *, actor: str, traceparent: str = "", seconds: float = 5) -> "Envelope":
        if not TRACEPARENT.fullmatch(traceparent):
            traceparent = f"00-{token_hex(16)}-{token_hex(8)}-01"
        deadline = get_running_loop().time() + seconds
        return cls(actor=actor, traceparent=traceparent, deadline=deadline)

    def headers(self) -> dict[str, str]:
        remaining = self.deadline - get_running_loop().time()
        return {
            "x-actor": self.actor,
            "traceparent": self.traceparent,
            "x-deadline-milliseconds": str(int(remaining * 1000)),
        }

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "Envelope":
        return cls.opened(
            actor=headers["x-actor"],
            traceparent=headers["traceparent"],
            seconds=int(headers["x-deadline-milliseconds"]) / 1000,
        )

    def alone(self) -> Context:
        """A context with this envelope and nothing else: no transaction, no session, no user."""
        context = Context()
        context.run(_current.set, self)
        return context


def current() -> Envelope:
    return carried() or Envelope.opened(actor="system")


def carried() -> Envelope | None:
    """The envelope that something runs under, if it does."""
    return _current.get(None)


@contextmanager
def carrying(envelope: Envelope) -> Iterator[None]:
    token = _current.set(envelope)
    try:
        yield
    finally:
        _current.reset(token)
