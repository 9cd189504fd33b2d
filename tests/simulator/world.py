"""Ordering, inventory, payments, fulfillment and notifications on books in memory, a provider and a
merchant: the process managers are the real ones, and all between them fares as a seed has it.
"""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from app.context_map import CONSUMERS
from app.fulfillment.cancel_shipment import CancelHandler
from app.fulfillment.ship_goods import ShipHandler
from app.inventory.release_stock import ReleaseHandler
from app.inventory.reserve_stock import ReserveHandler
from app.notifications.send_due import SendDue
from app.notifications.tell_of_order import TellOfOrder
from app.ordering.api.announcement import announcement
from app.ordering.attempts import Attempts
from app.ordering.complete_checkout import CompleteCheckoutHandler
from app.ordering.create_checkout import CreateCheckoutHandler
from app.ordering.place_order import PlaceOrder
from app.ordering.quoting import Quoting
from app.ordering.recover_attempts import RecoverAttempts
from app.ordering.wanted import Wanted
from app.ordering.watch_returns import WatchReturns
from app.payments.authorise_payment import AuthoriseHandler
from app.payments.perform_operation import PerformOperation
from app.payments.perform_operations import PerformOperations
from app.payments.record_authorisation import RecordAuthorisation
from app.payments.settle_payment import SettleHandler
from app.payments.void_payment import VoidHandler
from domain.contracts.notifications import MERCHANT
from domain.contracts.ordering import Answer, CartDetails, CheckoutDetails, Notice
from domain.notifications.delivery import Delivery
from domain.notifications.ports import Carrier
from domain.ordering.checkout import Content
from domain.shared.ids import public
from domain.shared.model import Conflict, OutcomeUnknown, TryAgainLater
from infrastructure.shared.events.consumers import Consumer
from tests.simulator.line import Line, again
from tests.simulator.memory.delivery_book import FakeDeliveryBook
from tests.simulator.memory.dispatch import FakeDispatch
from tests.simulator.memory.payment_book import FakePaymentBook
from tests.simulator.memory.provider import FakeProvider
from tests.simulator.memory.shelves import FakeShelves
from tests.simulator.memory.store import Draft, Store
from tests.simulator.merchant import Merchant
from tests.simulator.post import Inbox, Relay
from tests.simulator.tasks import Tasks
from tests.simulator.trouble import Crashed, Trouble
from tests.simulator.virtual_time import VirtualLoop
from tests.simulator.witness import WitnessedOrderBook

LEASE = timedelta(seconds=15)
RETURN_REMINDER, RETURN_TIME = timedelta(seconds=40), timedelta(seconds=120)
BOOKS: dict[str, Callable[[Draft], Any]] = {
    "fulfillment": FakeDispatch,
    "inventory": FakeShelves,
    "notifications": FakeDeliveryBook,
    "ordering": WitnessedOrderBook,
    "payments": FakePaymentBook,
}


class SamePrices:
    async def __call__(self, wanted: Wanted) -> Content:
        assert wanted.known
        return wanted.known


class PlainAnswers:
    def checkout(self, checkout: CheckoutDetails, _presentation: str, outcome: str, /) -> Answer:
        order = public("ord", checkout.order_id) if checkout.order_id else ""
        if outcome in ("created", "shown"):
            return Answer(code=201, body=checkout.checkout_id.hex)
        return Answer(code=200 if outcome == "completed" else 409, body=order)

    def cart(self, _cart: CartDetails, _presentation: str, _outcome: str, /) -> Answer:
        raise NotImplementedError("there are no carts here")

    def nothing(
        self,
        notices: tuple[Notice, ...],
        presentation: str,
        /,
        *,
        of: str = "checkout",
        standing: UUID | None = None,
    ) -> Answer:
        raise NotImplementedError("everything is always there")


class World:
    def __init__(self, loop: VirtualLoop, trouble: Trouble) -> None:
        self.clock, self.trouble, self.tasks = loop.now, trouble, Tasks()
        trouble.time = loop.time
        self.stores = {name: Store(name, loop.now, trouble.interrupt) for name in BOOKS}
        self.begin: dict[str, Any] = {
            name: partial(store.transaction, BOOKS[name]) for name, store in self.stores.items()
        }
        self.provider, self.merchant = FakeProvider(), Merchant(trouble, self.tasks)
        is_far = trouble.random.random() < 0.5
        self.line = Line(trouble, self.tasks, is_far)
        self.inboxes = {name: self.inbox(name) for name in BOOKS}
        self.relays = {name: self._relay(name) for name in BOOKS}
        self.wire()

    def wire(self) -> None:
        """Put the process managers together."""
        begin, clock, to = self.begin, self.clock, self.line.to
        asked = ("authorise", "look_up", "void", "capture", "refund", "look_up_refund", "accepts")
        provider = cast(
            Any,
            SimpleNamespace(
                **{
                    name: to(f"provider {name}", getattr(self.provider, name), is_far=True)
                    for name in asked
                }
            ),
        )
        record = RecordAuthorisation(begin["payments"], provider)
        perform = self.perform_operation(provider)
        authorise = AuthoriseHandler(begin["payments"], provider, record)
        settle = SettleHandler(begin["payments"], provider, record)
        void = VoidHandler(begin["payments"], provider)
        payments = cast(
            Any,
            SimpleNamespace(
                authorise=to("authorise", authorise),
                settle=to("settle", settle),
                void=to("void", void),
            ),
        )
        inventory = cast(
            Any,
            SimpleNamespace(
                reserve=to("reserve", ReserveHandler(begin["inventory"])),
                release=to("release", self.release()),
            ),
        )
        cancel = CancelHandler(begin["fulfillment"])
        self.fulfillment = cast(Any, SimpleNamespace(cancel=to("cancel shipment", cancel)))
        self.ship = ShipHandler(begin["fulfillment"], clock)
        process = PlaceOrder(
            begin["ordering"], inventory, payments, PlainAnswers(), clock, cast(Any, again)
        )
        attempts, taken_over = (Attempts(begin["ordering"], self.tasks, 10.0) for _ in range(2))
        self.complete = CompleteCheckoutHandler(
            begin["ordering"],
            cast(Quoting, SamePrices()),
            process,
            attempts,
            PlainAnswers(),
            clock,
            LEASE,
        )
        self.convert = self.conversion()
        self.recover = self.recovery(process, taken_over)
        self.perform = PerformOperations(begin["payments"], perform, clock)
        self.watch_returns = WatchReturns(begin["ordering"], clock, RETURN_REMINDER, RETURN_TIME)
        chance = self.trouble.random.random
        told = {MERCHANT: self.carrier()}
        begin_telling = cast(Any, self.begin["notifications"])
        self.send_due = SendDue(begin_telling, told, self.tasks, cast(Any, again), clock, chance)

    # What a planted fault puts something else in the place of.

    def inbox(self, context: str) -> Inbox:
        return Inbox(self.stores[context], BOOKS[context], self.consumers(context))

    def consumers(self, context: str) -> list[Consumer]:
        """The real ones, by the clock of this world."""
        told = TellOfOrder((), announcement, self.clock)  # merchants alone
        return [
            replace(one, handle=told)
            if isinstance(one.handle, TellOfOrder)
            else replace(one, handle=replace(one.handle, clock=self.clock))  # type: ignore[type-var]
            if hasattr(one.handle, "clock")
            else one
            for one in CONSUMERS.get(context, ())
        ]

    def release(self) -> Any:
        return ReleaseHandler(self.begin["inventory"])

    def perform_operation(self, provider: Any) -> PerformOperation:
        return PerformOperation(self.begin["payments"], provider)

    def conversion(self) -> CreateCheckoutHandler:
        prices = cast(Quoting, SamePrices())
        return CreateCheckoutHandler(self.begin["ordering"], prices, PlainAnswers(), self.clock)

    def carrier(self) -> Carrier:
        return self.merchant

    def recovery(self, process: PlaceOrder, attempts: Attempts) -> Any:
        return RecoverAttempts(self.begin["ordering"], process, attempts, self.clock, LEASE)

    # What goes on by itself.

    def routines(self) -> list[tuple[float, Callable[[], Awaitable[object]]]]:
        return [
            (2.0, self.recover),
            (2.0, self.perform),
            (5.0, self.watch_returns),
            (1.0, self.tell),
            *((0.5, relay) for relay in self.relays.values()),
            *((1.0, inbox.retry_due) for inbox in self.inboxes.values()),
        ]

    async def tell(self) -> None:
        """As it is woken: while something waits."""
        if any(not one.ended_at for one in self.stores["notifications"].all(Delivery)):
            await self.send_due()

    async def keep_doing(self, every: float, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await work()
            except (Conflict, Crashed, OutcomeUnknown, TryAgainLater):
                await sleep(self.trouble.random.random() * 3.0)
            await sleep(every)

    def _relay(self, context: str) -> Relay:
        routes = {
            consumer.event.name: [
                inbox.receive
                for inbox in self.inboxes.values()
                if any(other.event is consumer.event for other in inbox.consumers)
            ]
            for inbox in self.inboxes.values()
            for consumer in inbox.consumers
        }
        return Relay(self.stores[context], routes, self.trouble, self.tasks)
