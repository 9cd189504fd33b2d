"""NATS JetStream: a stream for the events of each context, and a consumer there for each that listens."""

from asyncio import Future, Lock, timeout
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import nats
from nats.aio.client import Client
from nats.errors import Error
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext, api
from nats.js.errors import NotFoundError
from structlog import get_logger

from domain.shared.model import OutcomeUnknown
from infrastructure.shared.events import NotTaken, Posted

DAYS_KEPT = 3
"""Fewer than inboxes remember what they have heard: whoever begins at the start hears nothing twice."""
DEDUP_SECONDS = 120.0
SECONDS_TO_CONNECT, SECONDS_TO_PUBLISH = 2, 5.0
SECONDS_TO_WAIT = 1.0
"""For something to be heard: no longer than a process waits for its routines when it is to stop."""
AT_ONCE = 50
MOST_UNCONFIRMED = 500
SECONDS_TO_CONFIRM = 60.0
BYTES_OF_HEADERS = 500
JSON = "application/cloudevents+json"
log = get_logger(__name__)


class NatsBroker:
    """Connects when it is needed, and again when it has lost the line."""

    def __init__(
        self, url: str, *, replicas: int = 1, dedup_seconds: float = DEDUP_SECONDS
    ) -> None:
        """The URLs of the servers of a cluster have commas between. A stream that is made here has
        so many replicas there, and drops what comes twice within so many seconds.
        """
        self._urls, self._lock = url.split(","), Lock()
        self._replicas, self._dedup_seconds = replicas, dedup_seconds
        self._client: Client | None = None
        self._line: JetStreamContext | None = None
        self._streams: set[str] = set()

    async def publish(self, batch: Sequence[Posted]) -> None:
        """What follows in an aggregate is sent once what was before it is there: in between
        it may break off, and what is sent again would come after what followed it.
        """
        try:
            line = await self.line()
            for source in {posted.source for posted in batch}:
                await self.stream(source)
            fit, large = _fitting(batch, self._most_bytes)
            async with timeout(SECONDS_TO_PUBLISH):
                for wave in _waves(fit):
                    await _published(line, wave)
        except (Error, OSError, TimeoutError) as broken:
            self._streams.clear()
            raise OutcomeUnknown("the broker") from broken
        if large:
            raise NotTaken(large, "more than the broker takes")

    def subscription(self, source: str, listener: str) -> "NatsSubscription":
        return NatsSubscription(self, source, listener)

    async def line(self) -> JetStreamContext:
        async with self._lock:
            if not self._line or not self._client or self._client.is_closed:
                self._client = await nats.connect(
                    self._urls,
                    allow_reconnect=False,  # whoever needs it connects anew
                    connect_timeout=SECONDS_TO_CONNECT,
                    error_cb=_told,
                    name="freestone",
                )
                self._line = self._client.jetstream()
            return self._line

    @property
    def _most_bytes(self) -> int:
        return (self._client.max_payload if self._client else 0) - BYTES_OF_HEADERS

    async def stream(self, source: str) -> str:
        """The name of a context's stream, which is made where it is not there. One that is there is
        left as it is: whoever runs the broker may have told it otherwise.
        """
        name = f"freestone-{source}"
        if name not in self._streams:
            line = await self.line()
            try:
                await line.stream_info(name)
            except NotFoundError:
                await line.add_stream(self._config(name, source))
            self._streams.add(name)
        return name

    def _config(self, name: str, source: str) -> api.StreamConfig:
        return api.StreamConfig(
            name=name,
            subjects=[f"freestone.{source}.>"],
            retention=api.RetentionPolicy.LIMITS,
            storage=api.StorageType.FILE,
            discard=api.DiscardPolicy.OLD,
            max_age=DAYS_KEPT * 86_400,
            duplicate_window=self._dedup_seconds,
            num_replicas=self._replicas,
        )

    async def close(self) -> None:
        if self._client and not self._client.is_closed:
            await self._client.close()


class NatsSubscription:
    """A consumer that pushes in order, and is made anew from what was confirmed each time it begins."""

    def __init__(self, broker: NatsBroker, source: str, listener: str) -> None:
        self._broker, self._source, self._listener = broker, source, listener
        self._heard: JetStreamContext.PushSubscription | None = None
        self._last: Any = None
        self._number = 0
        self._next: tuple[Any, int] | None = None
        """The first that was not confirmed here, of which stream: a consumer that the broker is asked
        to remove may be gone though its answer never came."""

    async def some(self) -> list[Posted]:
        try:
            heard = self._heard or await self._begun()
        except (Error, OSError) as broken:
            raise OutcomeUnknown("the broker") from broken
        try:
            messages = [await heard.next_msg(timeout=SECONDS_TO_WAIT)]
            while len(messages) < AT_ONCE and heard.pending_msgs:
                messages.append(await heard.next_msg(timeout=SECONDS_TO_WAIT))
        except NothingCame:
            await _require_there(heard)
            return []
        except (Error, OSError) as broken:
            raise OutcomeUnknown("the broker") from broken
        self._require_all(messages)
        self._last = messages[-1]
        events = [posted for message in messages if (posted := _opened(message))]
        if not events:
            await self.confirm()
        return events

    async def confirm(self) -> None:
        """All up to the last; where that is lost, they are heard again and pass over."""
        try:
            await self._last.ack()
        except (Error, OSError) as broken:
            raise OutcomeUnknown("the broker") from broken
        if self._next:
            self._next = self._next[0], self._last.metadata.sequence.stream + 1

    def _require_all(self, messages: Sequence[Any]) -> None:
        """What was lost on the way would be confirmed with what came after it."""
        for message in messages:
            self._number += 1
            if message.metadata.sequence.consumer != self._number:
                raise OutcomeUnknown("the broker has told more than was heard")

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
        first = told.state.first_seq
        start = first  # it hears all there is, and what it has heard it passes over
        if self._next and self._next[0] == told.created:
            start = self._next[1]
        try:
            start = _unconfirmed(await line.consumer_info(stream, self._listener)) or first
            self._next = told.created, start
            await line.delete_consumer(stream, self._listener)
        except NotFoundError:
            pass
        self._tell_of(first - start)
        self._next = told.created, max(start, first, 1)
        config = api.ConsumerConfig(
            durable_name=self._listener,
            ack_policy=api.AckPolicy.ALL,
            ack_wait=SECONDS_TO_CONFIRM,
            max_ack_pending=MOST_UNCONFIRMED,
            deliver_subject=f"_INBOX.freestone.{uuid4().hex}",
            deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self._next[1],
        )
        heard = await line.subscribe_bind(stream, config, self._listener, manual_ack=True)
        self._heard = heard  # whatever follows, it is left before it is begun again
        self._number = 0
        await line.add_consumer(stream, config)
        return heard

    def _tell_of(self, lost: int) -> None:
        """What the broker has dropped: it keeps nothing for who is away for longer than it keeps."""
        if lost > 0:
            log.error(
                "events dropped unheard: freestone events republish",
                source=self._source,
                listener=self._listener,
                number=lost,
            )


def _unconfirmed(consumer: api.ConsumerInfo) -> int | None:
    """The first in the stream that it may not have heard."""
    if consumer.ack_floor and consumer.ack_floor.stream_seq:
        return consumer.ack_floor.stream_seq + 1
    return consumer.config.opt_start_seq


async def _require_there(heard: JetStreamContext.PushSubscription) -> None:
    """Silence may be that of a consumer that another made anew, or of a lost line."""
    try:
        info = await heard.consumer_info()
    except (Error, OSError) as broken:
        raise OutcomeUnknown("the broker") from broken
    if info.num_pending or info.num_ack_pending or not info.push_bound:
        raise OutcomeUnknown("the broker is silent, and has something to tell")


def _fitting(batch: Sequence[Posted], most: int) -> tuple[Sequence[Posted], Posted | None]:
    """Those before the first that is too large, and that one."""
    for at, posted in enumerate(batch):
        if 4 * len(posted.body) > most and len(posted.as_cloud_event()) > most:
            return batch[:at], posted
    return batch, None


def _waves(batch: Sequence[Posted]) -> Iterator[list[Posted]]:
    """The first of each aggregate, then the second of each."""
    turns: dict[str, int] = {}
    waves: list[list[Posted]] = []
    for posted in batch:
        turn = turns[posted.aggregate_id] = turns.get(posted.aggregate_id, -1) + 1
        waves[turn:turn] = [] if turn < len(waves) else [[]]
        waves[turn].append(posted)
    yield from waves


async def _published(line: JetStreamContext, wave: Sequence[Posted]) -> None:
    """All are sent before the first is waited for."""
    acks: list[Future[Any]] = []
    try:
        for posted in wave:
            headers = {"Content-Type": JSON, "Nats-Msg-Id": str(posted.id)}
            if posted.traceparent:
                headers["traceparent"] = posted.traceparent
            subject, body = f"freestone.{posted.name}", posted.as_cloud_event()
            acks.append(await line.publish_async(subject, body, headers=headers))
        for ack in acks:
            await ack
    finally:
        for ack in acks:
            if not ack.cancel() and not ack.cancelled():
                ack.exception()  # which is looked at, so that nobody warns of it


def _opened(message: Any) -> Posted | None:
    """Nothing, where somebody else published what is no event of ours."""
    try:
        return Posted.from_cloud_event(message.data)
    except ValueError:
        log.error("no event", subject=message.subject)  # noqa: TRY400  # it is told to nobody
        return None


async def _told(failure: Exception) -> None:
    log.info("the broker", failure=repr(failure))
