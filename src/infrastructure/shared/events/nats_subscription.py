"""What one context hears of another by NATS JetStream, in order and from where it had come to.

Where that is, is kept in a bucket of the broker. What pushes the events is a consumer that lives no longer
than the line it pushes to: to make a lasting one anew under its name, while a server of three ends or
comes back, leaves parts of both on servers of 2.9, and neither pushes any more (decision 48).
"""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import uuid4

from nats.errors import Error
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext, api
from nats.js.errors import NotFoundError
from nats.js.kv import KeyValue
from structlog import get_logger

from domain.shared.model import OutcomeUnknown
from infrastructure.shared.events.nats_place import Heard, Place
from infrastructure.shared.events.posted import Posted

SECONDS_TO_WAIT = 1.0
"""For something to be heard: no longer than a process waits for its routines when it is to stop."""
AT_ONCE = 50
MOST_UNCONFIRMED = 500
SECONDS_TO_CONFIRM = 60.0
TIMES_LOOKED = 5
MOST_LOST = 10_000
"""So many before its place does it hear again where the broker has lost what it had told."""
log = get_logger(__name__)


class Line(Protocol):
    """The line to a broker. Each raises what `lost` is made of."""

    async def line(self) -> JetStreamContext: ...

    async def stream(self, source: str) -> str: ...

    async def places(self) -> KeyValue: ...


class NatsSubscription:
    """It begins at its place each time that it begins."""

    def __init__(self, broker: Line, source: str, listener: str) -> None:
        self._broker, self._source, self._listener = broker, source, listener
        self._heard: JetStreamContext.PushSubscription | None = None
        self._place: Place | None = None
        self._stream_made_at = ""
        self._come_to = 0
        self._times_missed = 0
        self._last: Any = None
        self._number = 0

    async def some(self) -> list[Posted]:
        try:
            heard = self._heard or await self._begun()
        except (Error, OSError) as broken:
            raise lost(broken) from broken
        try:
            messages = [await heard.next_msg(timeout=SECONDS_TO_WAIT)]
            while len(messages) < AT_ONCE and heard.pending_msgs:
                messages.append(await heard.next_msg(timeout=SECONDS_TO_WAIT))
        except NothingCame:
            await self._require_silent(heard)
            return []
        except (Error, OSError) as broken:
            raise lost(broken) from broken
        self._require_all(messages)
        self._last = messages[-1]
        self._come_to = self._last.metadata.sequence.stream
        events = [posted for message in messages if (posted := _opened(message))]
        if not events:
            await self.confirm()
        return events

    async def confirm(self) -> None:
        """All up to the last; where that is lost, they are heard again and pass over."""
        try:
            await self._last.ack()
            if self._place:
                await self._place.keep(Heard.of(self._stream_made_at, self._last))
        except (Error, OSError) as broken:
            raise lost(broken) from broken

    def _require_all(self, messages: Sequence[Any]) -> None:
        """What was lost on the way would be confirmed with what came after it."""
        for message in messages:
            self._number += 1
            if message.metadata.sequence.consumer != self._number:
                raise OutcomeUnknown("the broker has told more than was heard")

    async def _require_silent(self, heard: JetStreamContext.PushSubscription) -> None:
        """Silence may be that of a consumer that is gone, of a lost line, or of a server that pushes what it
        has, and has not caught up with the others; and where the stream ends before what was heard, the
        broker has lost that, and what comes next would get its number.
        """
        try:
            consumer = await heard.consumer_info()
            line = await self._broker.line()
            stream = await line.stream_info(consumer.stream_name)
            is_behind = consumer.num_pending or consumer.num_ack_pending or not consumer.push_bound
            is_behind = is_behind or await self._ends_elsewhere(line, stream)
        except (Error, OSError) as broken:
            raise lost(broken) from broken
        if is_behind and not heard.pending_msgs:  # or it came just now
            raise OutcomeUnknown("the broker is silent, and has something to tell")

    async def _ends_elsewhere(self, line: JetStreamContext, stream: api.StreamInfo) -> bool:
        """Not where what follows was all deleted by hand: a stream counts that still."""
        if stream.state.last_seq <= self._come_to:
            return stream.state.last_seq < self._come_to
        name, following = stream.config.name or "", self._come_to + 1
        try:
            await line.get_msg(name, seq=following, subject=">", next=True)
        except NotFoundError:
            return False
        return True

    async def begin_again(self) -> None:
        heard, self._heard = self._heard, None
        if heard:
            try:
                await heard.unsubscribe()
            except (Error, OSError):
                log.info("the broker was lost", source=self._source, listener=self._listener)

    async def _begun(self) -> JetStreamContext.PushSubscription:
        stream, line = await self._broker.stream(self._source), await self._broker.line()
        told = await line.stream_info(stream)
        self._stream_made_at = str(told.created)
        self._place = Place(await self._broker.places(), f"{self._source}.{self._listener}")
        there = max(told.state.first_seq, 1)
        first = await self._first(line, stream, self._place, there)
        config = api.ConsumerConfig(
            name=f"{self._listener}-{uuid4().hex[:12]}",
            ack_policy=api.AckPolicy.ALL,
            ack_wait=SECONDS_TO_CONFIRM,
            max_ack_pending=MOST_UNCONFIRMED,
            num_replicas=1,
            mem_storage=True,
            deliver_subject=f"_INBOX.freestone.{uuid4().hex}",
            deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=first,
        )
        heard = await line.subscribe_bind(stream, config, config.name or "", manual_ack=True)
        self._heard = heard  # whatever follows, it is left before it is begun again
        self._number, self._come_to = 0, first - 1
        await line.add_consumer(stream, config)
        return heard

    async def _first(self, line: JetStreamContext, stream: str, place: Place, there: int) -> int:
        """To be heard next, of what is there from this on. Who comes for the first time hears all."""
        heard = await place.read()
        if not heard or heard.stream_made_at != self._stream_made_at:
            begins = there
        elif heard.number >= there and not await self._is_there(heard, line, stream):
            begins = max(there, heard.number - MOST_LOST)
            self._tell("the broker has lost events: freestone events republish")
        elif heard.number + 1 >= there:
            return heard.number + 1
        else:
            begins = there
            number = there - heard.number - 1
            self._tell("events dropped unheard: freestone events republish", number=number)
        await place.keep(Heard(self._stream_made_at, begins - 1))  # so that it is told once
        return begins

    async def _is_there(self, heard: Heard, line: JetStreamContext, stream: str) -> bool:
        """A server that has just come to lead may not have caught up: nothing is lost before it was looked
        for some times.
        """
        is_there = await heard.is_there(line, stream)
        self._times_missed = self._times_missed + 1 if is_there is None else 0
        if 0 < self._times_missed < TIMES_LOOKED:
            raise OutcomeUnknown("the broker does not have yet what was heard last")
        self._times_missed = 0
        return bool(is_there)

    def _tell(self, what: str, **more: object) -> None:
        """It keeps nothing for who is away for longer than it keeps, nor what it had not written down."""
        log.error(what, source=self._source, listener=self._listener, **more)


def lost(broken: Exception) -> OutcomeUnknown:
    return OutcomeUnknown(f"the broker: {broken!r}")


def _opened(message: Any) -> Posted | None:
    """Nothing, where somebody else published what is no event of ours."""
    try:
        return Posted.from_cloud_event(message.data)
    except ValueError:
        log.error("no event", subject=message.subject)  # noqa: TRY400  # it is told to nobody
        return None
