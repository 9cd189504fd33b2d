"""An order book that notes who moved an attempt, so that it can be told whether it was theirs."""

from dataclasses import dataclass

from domain.ordering.attempt import Attempt, AttemptState
from domain.shared.values import AttemptId
from tests.simulator.memory.order_book import FakeOrderBook
from tests.simulator.tasks import driver


@dataclass(frozen=True)
class Moved:
    """Who moved an attempt under an epoch."""

    attempt_id: AttemptId
    epoch: int
    driver: int


class WitnessedOrderBook(FakeOrderBook):
    async def move_attempt(self, attempt: Attempt, *, was: AttemptState) -> None:
        await super().move_attempt(attempt, was=was)
        moved = Moved(attempt.attempt_id, attempt.epoch, driver.get())
        self._draft.put(moved, moved)
