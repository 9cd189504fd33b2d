"""Faults planted in a world, of the kinds that process managers are built against."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from app.ordering.attempts import Attempts
from app.ordering.create_checkout import CreateCheckoutHandler
from app.ordering.place_order import PlaceOrder
from app.ordering.recover_attempts import RecoverAttempts
from app.payments.capture_shipped import CaptureShipped
from app.payments.perform_operation import PerformOperation
from domain.contracts.fulfillment import ParcelShipped
from domain.contracts.inventory import Release, Released
from domain.notifications.delivery import Delivery
from domain.notifications.ports import Carrier, NotTaken
from domain.ordering.attempt import Attempt
from domain.payments.operation import Operation, Verdict
from domain.payments.payment import Payment
from domain.payments.ports import PaymentBook
from infrastructure.shared.events.consumers import Consumer
from tests.simulator.memory.delivery_book import FakeDeliveryBook
from tests.simulator.post import Heard, Inbox
from tests.simulator.trouble import Trouble
from tests.simulator.virtual_time import VirtualLoop
from tests.simulator.world import BOOKS, World


class AnotherKeyEachTime(PerformOperation):
    """The provider is asked again under another key: it cannot know that it is the same."""

    async def _asked(self, payment: Payment, operation: Operation) -> Verdict:
        asked = replace(operation, key=f"{operation.key}-{next(_numbers)}")
        return await super()._asked(payment, asked)


_numbers = count()


class MoneyMovesTwice(World):
    def perform_operation(self, provider: Any) -> PerformOperation:
        return AnotherKeyEachTime(self.begin["payments"], provider)


@dataclass(frozen=True)
class CaptureEveryParcel(CaptureShipped):
    """Takes all the money with each parcel, not looking at what was taken."""

    async def __call__(self, book: PaymentBook, shipped: ParcelShipped, /) -> None:
        if (payment := await book.find_paid(shipped.order_id)) and payment.amount:
            units, now = payment.amount.minor_units, self.clock()
            payment._begin("capture", shipped.parcel.parcel_id, units, now)  # type: ignore[arg-type]
            await book.save(payment)


class DoubleCapture(World):
    def consumers(self, context: str) -> list[Consumer]:
        return [
            replace(one, handle=CaptureEveryParcel(self.clock))
            if isinstance(one.handle, CaptureShipped)
            else one
            for one in super().consumers(context)
        ]


class Forgetful(Inbox):
    def is_settled(self, heard: Heard | None) -> bool:  # noqa: ARG002
        return False


class WithoutInbox(World):
    def inbox(self, context: str) -> Inbox:
        return Forgetful(self.stores[context], BOOKS[context], self.consumers(context))


@dataclass(frozen=True)
class ReleaseWhatIsThere:
    """Undoes what was done, and leaves nothing where nothing was."""

    begin: Any

    async def __call__(self, message: Release, /) -> Released:
        async with self.begin() as shelves:
            if reservation := await shelves.find(message.attempt_id):
                to_let_go = reservation.release()
                await shelves.save(reservation)
                await shelves.let_go(to_let_go)
        return Released(attempt_id=message.attempt_id)


class UndoWithoutTombstone(World):
    def release(self) -> Any:
        return ReleaseWhatIsThere(self.begin["inventory"])


class ConvertAnew(CreateCheckoutHandler):
    """Does not look whether the cart has become a checkout already."""

    async def _active(self, *_: object) -> None:
        return None


class CartsAreConvertedTwice(World):
    def conversion(self) -> CreateCheckoutHandler:
        return ConvertAnew(**vars(super().conversion()))


class TakenForTold(World):
    """Whoever does not answer is taken to have heard it."""

    def carrier(self) -> Carrier:
        async def carry(delivery: Delivery) -> None:
            with suppress(NotTaken):
                await self.merchant(delivery)

        return carry


class NobodyWaits(FakeDeliveryBook):
    def has_its_turn(self, waiting: Delivery, first: int) -> bool:  # noqa: ARG002
        return True


class ToldAsItComes(World):
    """What comes before another of its order does not hold that up."""

    def __init__(self, loop: VirtualLoop, trouble: Trouble) -> None:
        super().__init__(loop, trouble)
        store = self.stores["notifications"]
        self.begin["notifications"] = partial(store.transaction, NobodyWaits)
        self.wire()


@dataclass(frozen=True)
class RecoverUnderTheSameEpoch(RecoverAttempts):
    async def _taken_over(self, attempt: Attempt) -> Attempt | None:
        taken = replace(attempt, leased_until=self.clock() + timedelta(seconds=15))
        async with self.begin() as book:
            await book.take_over_attempt(replace(taken, epoch=attempt.epoch + 1))
            book._draft.put(taken.attempt_id, taken)  # type: ignore[attr-defined]
        return taken


class RecoveryIgnoresEpoch(World):
    def recovery(self, process: PlaceOrder, attempts: Attempts) -> Any:
        return RecoverUnderTheSameEpoch(
            self.begin["ordering"], process, attempts, self.clock, timedelta(seconds=15)
        )
