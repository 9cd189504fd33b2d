"""NATS JetStream: a stream for the events of each context, and a place in it for each that listens."""

from asyncio import Future, Lock, timeout
from collections import deque
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext, api
from nats.js.errors import BucketNotFoundError, NotFoundError
from nats.js.kv import KeyValue
from structlog import get_logger

from infrastructure.shared.events.nats_place import PLACES
from infrastructure.shared.events.nats_subscription import NatsSubscription, lost
from infrastructure.shared.events.posted import NotTaken, Posted

DAYS_KEPT = 3
"""Fewer than inboxes remember what they have heard: whoever begins at the start hears nothing twice."""
DEDUP_SECONDS = 120.0
SECONDS_TO_CONNECT, SECONDS_TO_PUBLISH = 2, 5.0
SECONDS_BETWEEN_PINGS, MOST_UNANSWERED = 2, 2
"""A server that hangs is left after three times as long: nothing else tells it from one with nothing to say."""
SECONDS_UNSURE, MOST_UNSURE = 10.0, 10_000
AT_ONCE = 500
SECONDS_TOLD_AGAIN = 86_400.0
"""What is older is not told again: inboxes remember for days, not for ever, that they have heard it."""
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
        self._lately: deque[tuple[float, Posted]] = deque(maxlen=MOST_UNSURE)
        self._unsure: list[Posted] = []

    async def publish(self, batch: Sequence[Posted]) -> None:
        """What follows in an aggregate is sent once what was before it is there: in between
        it may break off, and what is sent again would come after what followed it.
        """
        try:
            line = await self.line()
            fit, large = _fitting(batch, self._most_bytes)
            await self._bring(line, fit)
            self._remember(fit)
        except (Error, OSError, TimeoutError) as broken:
            self._streams.clear()
            raise lost(broken) from broken
        if large:
            raise NotTaken(large, "more than the broker takes")

    def subscription(self, source: str, listener: str) -> NatsSubscription:
        return NatsSubscription(self, source, listener)

    async def line(self) -> JetStreamContext:
        async with self._lock:
            if not self._line or not self._client or self._client.is_closed:
                last = monotonic() - SECONDS_TOLD_AGAIN
                self._unsure = [posted for told_at, posted in self._lately if told_at > last]
                self._client = await self._connected()
                self._line = self._client.jetstream()
            while self._unsure:
                await self._bring(self._line, self._unsure[:AT_ONCE])
                del self._unsure[:AT_ONCE]
            return self._line

    async def _connected(self) -> Client:
        client = Client()
        try:
            async with timeout(SECONDS_TO_CONNECT * len(self._urls) + 1):  # or it tries for minutes
                await client.connect(
                    self._urls,
                    allow_reconnect=False,  # whoever needs it connects anew
                    connect_timeout=SECONDS_TO_CONNECT,
                    ping_interval=SECONDS_BETWEEN_PINGS,
                    max_outstanding_pings=MOST_UNANSWERED,
                    error_cb=_told,
                    name="freestone",
                )
        except BaseException:
            await client.close()  # it keeps the line to a server that said nothing
            raise
        return client

    async def _bring(self, line: JetStreamContext, batch: Sequence[Posted]) -> None:
        for source in {posted.source for posted in batch}:
            await self._stream_on(line, source)
        async with timeout(SECONDS_TO_PUBLISH):
            for wave in _waves(batch):
                await _published(line, wave)

    def _remember(self, batch: Sequence[Posted]) -> None:
        """What is acknowledged may be nowhere but in the memory of servers that are killed all at once. It is
        told again by a new line, and so is what was not lost: that passes over.
        """
        now = monotonic()
        self._lately.extend((now, posted) for posted in batch)
        while self._lately and self._lately[0][0] < now - SECONDS_UNSURE:
            self._lately.popleft()

    @property
    def _most_bytes(self) -> int:
        return (self._client.max_payload if self._client else 0) - BYTES_OF_HEADERS

    async def stream(self, source: str) -> str:
        """The name of a context's stream, which is made where it is not there. One that is there is
        left as it is: whoever runs the broker may have told it otherwise.
        """
        return await self._stream_on(await self.line(), source)

    async def _stream_on(self, line: JetStreamContext, source: str) -> str:
        name = f"freestone-{source}"
        if name not in self._streams:
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

    async def places(self) -> KeyValue:
        """Where listeners have come to. The bucket is made where it is not there."""
        line = await self.line()
        try:
            return await line.key_value(PLACES)
        except BucketNotFoundError:
            return await line.create_key_value(bucket=PLACES, replicas=self._replicas)

    async def close(self) -> None:
        if self._client and not self._client.is_closed:
            await self._client.close()


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


async def _told(failure: Exception) -> None:
    log.info("the broker", failure=repr(failure))
