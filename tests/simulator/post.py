"""Outboxes, relays and inboxes in memory: what an event goes through until it has had its effect."""

from asyncio import sleep
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.shared.model import Conflict, NotYet
from infrastructure.shared.events.consumers import Consumer
from tests.simulator.line import again
from tests.simulator.memory.store import Draft, Store, Told
from tests.simulator.tasks import Tasks
from tests.simulator.trouble import Crashed, Trouble

MOST_ATTEMPTS = 10
Receive = Callable[[Told], Awaitable[None]]


@dataclass(frozen=True)
class Heard:
    """A row of an inbox."""

    told: Told
    consumer: str
    state: str
    next_try_at: datetime
    attempts: int = 0
    error: str = ""


@dataclass(frozen=True)
class Effect:
    """That a consumer's work was done, written with what it did."""

    event_id: UUID
    consumer: str
    number: int


class Inbox:
    """One context's."""

    def __init__(
        self, store: Store, book: Callable[[Draft], object], consumers: Sequence[Consumer]
    ) -> None:
        self.store, self._book, self.consumers = store, book, consumers

    async def receive(self, told: Told) -> None:
        for consumer in self.consumers:
            if isinstance(told.event, consumer.event):
                await self._work(consumer, told)

    async def retry_due(self) -> None:
        now = self.store.clock()
        due = [h for h in self.store.all(Heard) if h.state == "pending" and h.next_try_at <= now]
        for heard in sorted(due, key=lambda one: (one.told.aggregate_id, one.told.sequence)):
            for consumer in self.consumers:
                is_its = consumer.name == heard.consumer
                if is_its and isinstance(heard.told.event, consumer.event):
                    await self._work(consumer, heard.told, heard.attempts)

    def is_settled(self, heard: Heard | None) -> bool:
        """Whether a consumer is through with an event."""
        return heard is not None and heard.state != "pending"

    async def _work(self, consumer: Consumer, told: Told, attempts: int = 0) -> None:
        async def take() -> None:
            async with self.store.transaction(lambda draft: draft) as draft:
                await self._take(draft, consumer, told)

        try:
            await again(take)
        except Exception as failure:  # noqa: BLE001  # as the real one does
            await self._keep(consumer, told, attempts, failure)

    async def _take(self, draft: Draft, consumer: Consumer, told: Told) -> None:
        name = (told.event_id, consumer.name)
        if self.is_settled(draft.find(Heard, name)):
            return
        now = draft.clock()
        heard = Heard(told, consumer.name, "done", now)
        if self._is_held_up(draft, heard):
            draft.put(name, replace(heard, state="pending", next_try_at=now + timedelta(seconds=1)))
            return
        await consumer.handle(self._book(draft), told.event)
        draft.put(name, heard)
        number = sum(1 for one in draft.all(Effect) if (one.event_id, one.consumer) == name)
        draft.put((*name, number), Effect(*name, number))

    async def _keep(
        self, consumer: Consumer, told: Told, attempts: int, failure: Exception
    ) -> None:
        if isinstance(failure, NotYet):
            attempts = 0
        elif not isinstance(failure, Conflict):
            attempts += 1
        state = "dead" if attempts >= MOST_ATTEMPTS else "pending"
        async with self.store.transaction(lambda draft: draft) as draft:
            name = (told.event_id, consumer.name)
            if not self.is_settled(draft.find(Heard, name)):
                at = draft.clock() + timedelta(seconds=min(2**attempts, 60))
                draft.put(name, Heard(told, consumer.name, state, at, attempts, repr(failure)))

    def _is_held_up(self, draft: Draft, heard: Heard) -> bool:
        return any(
            one.told.aggregate_id == heard.told.aggregate_id
            and one.consumer == heard.consumer
            and one.told.sequence < heard.told.sequence
            and one.state in ("pending", "dead")
            for one in draft.all(Heard)
        )


class Relay:
    """One outbox's. Events of one aggregate are first sent in their order; what is doubled or late
    comes again in any.
    """

    def __init__(
        self, store: Store, routes: Mapping[str, Sequence[Receive]], trouble: Trouble, spawn: Tasks
    ) -> None:
        self._store, self._routes, self._trouble, self._spawn = store, routes, trouble, spawn
        self._sent: set[UUID] = set()

    @property
    def waiting(self) -> list[Told]:
        return [told for told in self._store.outbox if told.event_id not in self._sent]

    async def __call__(self) -> None:
        aggregates: dict[str, list[Told]] = {}
        for told in self.waiting:
            aggregates.setdefault(told.aggregate_id, []).append(told)
        in_turn = sorted(aggregates)
        self._trouble.random.shuffle(in_turn)
        for aggregate_id in in_turn:
            for told in sorted(aggregates[aggregate_id], key=lambda one: one.sequence):
                if not await self._send(told):
                    break

    async def _send(self, told: Told) -> bool:
        """Whether all who listen have it, and it is known that they do."""
        receivers = self._routes.get(type(told.event).name, ())
        fate = self._trouble.fate_of_event(type(told.event).name) if receivers else "arrives"
        if fate == "lost":
            return False
        for receive in receivers:
            if fate in ("doubled", "late"):
                self._spawn(self._later(receive, told))
            await receive(told)
        if fate == "unanswered":
            return False
        await self._trouble.interrupt(f"{self._store.name} relay has sent")
        self._sent.add(told.event_id)
        return True

    async def _later(self, receive: Receive, told: Told) -> None:
        await sleep(self._trouble.random.random() * 30.0)
        try:
            await receive(told)
        except Crashed:
            self._trouble.tell("a late event found nobody")
