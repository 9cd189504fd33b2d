"""The `OrderBook` in memory."""

from dataclasses import replace
from datetime import datetime

from domain.contracts.ordering import (
    ListOrders,
    OrderSummary,
    Request,
    UnknownCart,
    UnknownCheckout,
    UnknownOrder,
    UnknownReturn,
)
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.cart import Cart, CartState
from domain.ordering.checkout import Checkout
from domain.ordering.claim import Claim
from domain.ordering.goods_return import AWAITED, Return, ReturnId, ReturnState
from domain.ordering.order import Order
from domain.ordering.platform import RegisteredPlatform
from domain.ordering.ports import CartStanding, Standing
from domain.shared.ids import public
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, CartId, CheckoutId, OrderId
from tests.simulator.memory.store import Draft


class FakeOrderBook:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    async def standing(self, request: Request, checkout_id: CheckoutId | None) -> Standing:
        claim = self._draft.find(Claim, _name(request))
        checkout = self._draft.find(Checkout, checkout_id)
        named = (claim and claim.attempt_id) or (checkout and checkout.attempt_id)
        return Standing(claim, checkout, self._draft.find(Attempt, named))

    async def checkout(self, checkout_id: CheckoutId) -> Checkout:
        if found := self._draft.find(Checkout, checkout_id):
            return found
        raise UnknownCheckout(checkout_id)

    async def save_checkout(self, checkout: Checkout) -> None:
        known = self._draft.find(Checkout, checkout.checkout_id)
        if (known.version if known else 0) != checkout.version:
            raise Conflict(checkout.checkout_id)
        self._draft.store(checkout.checkout_id, checkout)

    async def claim(self, claim: Claim, *, instead_of: Claim | None) -> None:
        name = _name(claim.request)
        known = self._draft.find(Claim, name)
        if (known and known.attempt_id) != (instead_of and instead_of.attempt_id):
            raise Conflict(name)
        if known and not instead_of:
            raise Conflict(name)
        self._draft.put(name, claim)

    async def cart_standing(self, request: Request, cart_id: CartId | None) -> CartStanding:
        draft = self._draft
        return CartStanding(draft.find(Claim, _name(request)), draft.find(Cart, cart_id))

    async def cart(self, cart_id: CartId) -> Cart:
        if found := self._draft.find(Cart, cart_id):
            return found
        raise UnknownCart(cart_id)

    async def save_cart(self, cart: Cart) -> None:
        self._draft.save(cart.cart_id, cart)

    async def close_cart(self, cart_id: CartId) -> None:
        if found := self._draft.find(Cart, cart_id):
            found.state = CartState.BOUGHT
            self._draft.store(cart_id, found)

    async def attempt(self, attempt_id: AttemptId) -> Attempt:
        if found := self._draft.find(Attempt, attempt_id):
            return found
        raise LookupError(attempt_id)

    async def add_attempt(self, attempt: Attempt) -> None:
        self._draft.insert(attempt.attempt_id, attempt)

    async def move_attempt(self, attempt: Attempt, *, was: AttemptState) -> None:
        known = self._draft.find(Attempt, attempt.attempt_id)
        if known is None or (known.state, known.epoch) != (was, attempt.epoch):
            raise Conflict(attempt.attempt_id)
        moved = replace(known, state=attempt.state, notices=attempt.notices, answer=attempt.answer)
        self._draft.put(attempt.attempt_id, moved)

    async def take_over_attempt(self, attempt: Attempt) -> None:
        known = self._draft.find(Attempt, attempt.attempt_id)
        if known is None or (known.state, known.epoch) != (attempt.state, attempt.epoch - 1):
            raise Conflict(attempt.attempt_id)
        self._draft.put(attempt.attempt_id, attempt)

    async def overdue(self, now: datetime, *, most: int) -> list[Attempt]:
        late = (a for a in self._draft.all(Attempt) if not a.is_over and a.leased_until <= now)
        return sorted(late, key=lambda attempt: attempt.leased_until)[:most]

    async def order(self, order_id: OrderId) -> Order:
        if found := self._draft.find(Order, order_id):
            return found
        raise UnknownOrder(order_id)

    async def save_order(self, order: Order) -> None:
        if order.version == 0 and any(
            order.checkout_id == other.checkout_id for other in self._draft.all(Order)
        ):
            raise Conflict(order.checkout_id)
        self._draft.save(order.order_id, order)

    async def orders(
        self, wanted: ListOrders, after: OrderId | None, *, most: int
    ) -> list[OrderSummary]:
        raise NotImplementedError("no process lists orders")

    async def ledger(self, after: AttemptId | None, *, most: int) -> list[Order]:
        found = (o for o in self._draft.all(Order) if after is None or o.attempt_id < after)
        return sorted(found, key=lambda order: order.attempt_id, reverse=True)[:most]

    async def attempts(
        self, state: AttemptState | None, after: AttemptId | None, *, most: int
    ) -> list[Attempt]:
        found = [
            one
            for one in self._draft.all(Attempt)
            if state in (None, one.state) and (after is None or one.attempt_id < after)
        ]
        return sorted(found, key=lambda one: one.attempt_id, reverse=True)[:most]

    async def goods_return(self, return_id: ReturnId | None) -> Return:
        if found := self._draft.find(Return, return_id):
            return found
        raise UnknownReturn(public("ret", return_id) if return_id else "")

    async def return_under(self, order_id: OrderId, key: str) -> Return | None:
        return next((one for one in await self.returns_of(order_id) if one.key == key), None)

    async def returns_of(self, order_id: OrderId) -> list[Return]:
        return [one for one in self._draft.all(Return) if one.order_id == order_id]

    async def returns(
        self,
        order_id: OrderId | None,
        state: ReturnState | None,
        after: ReturnId | None,
        *,
        most: int,
    ) -> list[Return]:
        found = [
            one
            for one in self._draft.all(Return)
            if order_id in (None, one.order_id)
            and state in (None, one.state)
            and (after is None or one.return_id < after)
        ]
        return sorted(found, key=lambda one: one.return_id, reverse=True)[:most]

    async def late_returns(
        self,
        *,
        asked_before: datetime,
        over_before: datetime,
        reminded_before: datetime,
        most: int,
    ) -> list[ReturnId]:
        late = (
            one.return_id
            for one in self._draft.all(Return)
            if (one.state in AWAITED and one.requested_at < asked_before and not one.reminded_at)
            or (
                one.state == ReturnState.APPROVED
                and one.requested_at < over_before
                and one.reminded_at
                and one.reminded_at < reminded_before
            )
        )
        return sorted(late)[:most]

    async def save_return(self, goods_return: Return) -> None:
        self._draft.save(goods_return.return_id, goods_return)

    async def platforms(self, after: str | None, most: int) -> list[RegisteredPlatform]:
        raise NotImplementedError("no process lists platforms")


def _name(request: Request) -> tuple[str, str, str]:
    return request.client, request.operation, request.key
