"""Buyers and staff: each does a thing until they are answered, as the documents tell them to."""

from asyncio import gather, sleep
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.ordering.approve_return import ApproveReturnHandler
from app.ordering.cancel_order import CancelOrderHandler
from app.ordering.cancel_return import CancelReturnHandler
from app.ordering.receive_return import ReceiveReturnHandler
from app.ordering.refund_order import RefundOrderHandler
from app.ordering.refund_return import RefundReturnHandler
from app.ordering.request_return import RequestReturnHandler
from domain.contracts.fulfillment import NoShipment, Ship, ShippedLine
from domain.contracts.ordering import (
    Answer,
    ApproveReturn,
    CancelOrder,
    CancelReturn,
    CompleteCheckout,
    CreateCheckout,
    LineUnits,
    PaymentInstrument,
    ReceivedLine,
    ReceiveReturn,
    RefundOrder,
    RefundReturn,
    RequestReturn,
)
from domain.shared.ids import from_public
from domain.shared.model import Conflict, NotFound, OutcomeUnknown, Refusal, TryAgainLater
from domain.shared.values import CartId, CheckoutId, Money, OrderId, Quantity
from tests.ordering.builders import a_request
from tests.simulator.line import again
from tests.simulator.trouble import Crashed
from tests.simulator.world import RETURN_TIME, World

LINE = "line_1"
Asked = Callable[[], Awaitable[Any]]


async def insisted(ask: Asked) -> Any:
    """Ask until there is an answer: the same, under the same key."""
    while True:
        try:
            return await again(ask)
        except (Conflict, Crashed, OutcomeUnknown, TryAgainLater):
            await sleep(2.0)


@dataclass
class Buyer:
    """Begins with a checkout, or with a cart that becomes one."""

    world: World
    checkout_id: CheckoutId | None
    cart_id: CartId | None
    units: int
    answers: list[Answer]
    made: list[str]
    """What was said of which checkout the cart has become, while it was none's."""

    async def buy(self) -> OrderId | None:
        """Complete it, perhaps twice at once; a refused one once more, with better money."""
        random = self.world.trouble.random
        if self.cart_id:
            await self._convert("a", "b" if random.random() < 0.5 else "a")
            self.checkout_id = CheckoutId(UUID(self.made[0]))
        tokens = ["success_token"] if random.random() < 0.8 else ["fail_token", "success_token"]
        for number, token in enumerate(tokens):
            answers = await gather(
                *(self._complete(f"{number}", token) for _ in range(random.choice((1, 2))))
            )
            for answer in filter(None, answers):
                self.answers.append(answer)
                if answer.code == 200:
                    await self._convert_what_was_bought()
                    return OrderId(from_public("ord", answer.body) or UUID(int=0))
        return None

    async def _convert(self, *keys: str) -> None:
        """Take the cart to a checkout: under each key, at once."""
        for said in await gather(*(self._converted(key) for key in keys)):
            self.made.append(said.body)

    async def _convert_what_was_bought(self) -> None:
        if self.cart_id and self.world.trouble.random.random() < 0.5:
            with suppress(NotFound):
                await self._convert("late")

    async def _converted(self, key: str) -> Answer:
        name = f"{self.cart_id}-{key}"
        request = a_request(operation="create_checkout", key=name, fingerprint=key)
        message = CreateCheckout(request=request, lines=(), cart_id=self.cart_id)
        answer: Answer = await insisted(lambda: self.world.convert(message))
        return answer

    async def _complete(self, key: str, token: str) -> Answer | None:
        assert self.checkout_id
        name = f"{self.checkout_id}-{key}"
        message = CompleteCheckout(
            request=a_request(key=name, fingerprint=key),
            checkout_id=self.checkout_id,
            instrument=PaymentInstrument(
                instrument_id="card", handler_id="mock_payment_handler", kind="card", token=token
            ),
        )
        try:
            answer: Answer = await insisted(lambda: self.world.complete(message))
        except Refusal:
            return None
        return answer


@dataclass
class Staff:
    """What becomes of an order, as the seed has it. A refusal is an answer like any other."""

    world: World
    order_id: OrderId
    units: int

    async def deal(self) -> None:
        stories = (
            self._send,
            self._cancel,
            self._send_and_take_back,
            self._refund_and_send,
            self._cancel_while_sending,
            self._send_and_refund,
        )
        await self.world.trouble.random.choice(stories)()

    async def _send(self) -> None:
        if self.units > 1 and self.world.trouble.random.random() < 0.5:
            await self._ship("first", 1)
        await self._ship("rest")

    async def _cancel(self) -> None:
        cancel = CancelOrderHandler(self._begin, self.world.fulfillment, self.world.clock)
        message = CancelOrder(order_id=self.order_id, key="cancel")
        await self._asked(lambda: cancel(message))

    async def _cancel_while_sending(self) -> None:
        await gather(self._cancel(), self._send())

    async def _refund_and_send(self) -> None:
        await gather(self._refund("early", 500), self._send())

    async def _send_and_refund(self) -> None:
        await self._send()
        await gather(self._refund("a", 700), self._refund("b", 300))

    async def _send_and_take_back(self) -> None:
        await self._send()
        begin, clock, key = self._begin, self.world.clock, "return"
        wish = RequestReturn(
            order_id=self.order_id, key=key, lines=(LineUnits(line_id=LINE, units=1),)
        )
        request = RequestReturnHandler(begin, clock)
        found = None
        for _ in range(15):  # until the order has heard that it was sent
            if found := await self._asked(lambda: request(wish)):
                break
            await sleep(5.0)
        if not found:
            return
        name = found.return_id
        approve, receive = ApproveReturnHandler(begin), ReceiveReturnHandler(begin, clock)
        came = ReceivedLine(line_id=LINE, restocked=1)
        receipt = ReceiveReturn(return_id=name, key="came", lines=(came,))
        await self._asked(lambda: approve(ApproveReturn(return_id=name)))
        chance = self.world.trouble.random.random()
        if chance < 0.3:
            return  # nothing ever comes
        if chance < 0.5:
            await sleep(RETURN_TIME.total_seconds() - 10.0)  # it comes as it is given up
        await self._asked(lambda: receive(receipt))
        if self.world.trouble.random.random() < 0.3:
            cancel = CancelReturnHandler(begin, clock)
            await self._asked(lambda: cancel(CancelReturn(return_id=name, key="no")))
            return
        refund = RefundReturnHandler(begin, clock)
        await self._asked(lambda: refund(RefundReturn(return_id=name, key="money")))

    async def _refund(self, key: str, units: int) -> None:
        refund = RefundOrderHandler(self._begin, self.world.clock)
        message = RefundOrder(order_id=self.order_id, key=key, amount=Money(units, "USD"))
        await self._asked(lambda: refund(message))

    async def _ship(self, key: str, units: int = 0) -> None:
        lines = (ShippedLine(line_id=LINE, quantity=Quantity(units)),) if units else ()
        parcel = Ship(order_id=self.order_id, key=key, lines=lines)
        for _ in range(20):  # until fulfillment has heard of the order
            try:
                await insisted(lambda: self.world.ship(parcel))
            except NoShipment:
                await sleep(5.0)
            except Refusal:
                return
            else:
                return

    async def _asked(self, ask: Asked) -> Any:
        try:
            return await insisted(ask)
        except (NotFound, Refusal):
            return None

    @property
    def _begin(self) -> Any:
        return self.world.begin["ordering"]
