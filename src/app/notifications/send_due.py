"""Sends what is due: to many at once, but to nobody so much that others would wait for them."""

from asyncio import Lock
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from structlog import get_logger

from app.notifications.note_health import note_health
from app.notifications.rests import Rests
from domain.contracts.notifications import WEBHOOK
from domain.notifications.delivery import Delivery, DeliveryState
from domain.notifications.ports import Again, Begin, Carrier, NotTaken, Spawn
from domain.notifications.subscription import Subscription, subscription_id
from domain.shared.clock import Clock
from domain.shared.ids import uuid7

AT_ONCE, MOST_IN_FLIGHT = 16, 64
MOST_TO_ONE = 4
"""Of one subscription: all of mail is not one. Deliveries of one order go one by one anyway."""
SECONDS_FOR_ONE = 25.0
"""Less than anybody waits who might send it too."""
log = get_logger(__name__)


class SendDue:
    """What was sent is written down together with what else was sent by then. Whatever ends between the
    two, it is sent again: never lost, and known by its id.
    """

    def __init__(
        self,
        begin: Begin,
        carriers: Mapping[str, Carrier],
        spawn: Spawn,
        again: Again,
        clock: Clock,
        chance: Callable[[], float],
    ) -> None:
        self._begin, self._carriers, self._spawn = begin, carriers, spawn
        self._again, self._clock, self._chance = again, clock, chance
        self._in_flight: Counter[UUID | None] = Counter()
        self._rests = Rests()
        self._sent: list[tuple[Delivery, Delivery]] = []
        self._writing = Lock()

    async def __call__(self) -> None:
        """Begin to send what is due and fits; whoever calls again finds the rest."""
        while room := min(AT_ONCE, MOST_IN_FLIGHT - self._in_flight.total()):
            now = self._clock()
            async with self._begin() as book:
                due = await book.take_due(
                    now,
                    claim=uuid7(now),
                    most=room,
                    without=self._passed_over(now),
                    to_each=self._room_of,
                )
            for delivery in due:
                self._in_flight[delivery.subscription_id] += 1
                self._spawn(self._send(delivery), seconds=SECONDS_FOR_ONE)
            is_one_full = any(not self._room_of(one.subscription_id) for one in due)
            if len(due) < room and not is_one_full:
                return

    def _passed_over(self, now: datetime) -> list[UUID | None]:
        busy = (who for who, number in self._in_flight.items() if number >= MOST_TO_ONE)
        return list({*self._rests.at_rest(now), *busy})

    def _room_of(self, who: UUID | None) -> int:
        return MOST_TO_ONE - self._in_flight[who] if who else AT_ONCE

    async def _send(self, delivery: Delivery) -> None:
        try:
            ended = await self._outcome(delivery)
            self._sent.append((delivery, ended))
        finally:
            self._in_flight[delivery.subscription_id] -= 1
            if not self._in_flight[delivery.subscription_id]:
                del self._in_flight[delivery.subscription_id]
        async with self._writing:
            if some := self._sent:
                self._sent = []
                await self._again(lambda: self._write(some))

    async def _outcome(self, delivery: Delivery) -> Delivery:
        try:
            await self._carried(delivery)
        except NotTaken as why:
            now = self._clock()
            self._rests.not_taken(delivery.subscription_id, now)
            if why.is_final:
                ended = delivery.refused_for_good(str(why), now, why.at)
            else:
                ended = delivery.not_taken(str(why), now, self._chance())
            _tell(ended)
            return ended
        self._rests.taken(delivery.subscription_id)
        return delivery.taken(self._clock())

    async def _carried(self, delivery: Delivery) -> None:
        """Raises `NotTaken`, whatever goes wrong: what nobody foresaw is tried no longer than the rest."""
        try:
            await self._carriers[delivery.kind](delivery)
        except NotTaken:
            raise
        except Exception as failure:
            log.exception("delivery failed", delivery_id=str(delivery.delivery_id))
            raise NotTaken(f"it could not be sent: {type(failure).__name__}") from failure

    async def _write(self, some: list[tuple[Delivery, Delivery]]) -> None:
        now = self._clock()
        claimed, ended = zip(*some, strict=True)
        async with self._begin() as book:
            outcomes = await book.end(ended, claimed)
            gone = {
                subscription_id(one.client, one.target): Subscription.opened(
                    one.client, one.target, now
                )
                for one in outcomes
                if one.state == DeliveryState.STOPPED and one.kind == WEBHOOK
            }
            for name in sorted(gone):
                await book.stop(gone[name].stopped(now))
            await note_health(book, outcomes, now)


def _tell(ended: Delivery) -> None:
    """Never where to, nor what."""
    is_over = ended.state != DeliveryState.PENDING
    tell = log.error if ended.state == DeliveryState.DEAD else log.warning
    tell(
        "delivery given up" if is_over else "delivery not taken",
        delivery_id=str(ended.delivery_id),
        kind=ended.kind,
        attempts=ended.attempts,
        state=str(ended.state),
        why=ended.error,
    )
