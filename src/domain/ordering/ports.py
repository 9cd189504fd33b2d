"""What the ordering model needs from the world."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain.contracts.ordering import (
    Answer,
    CartDetails,
    CheckoutDetails,
    ListOrders,
    Notice,
    OrderSummary,
    Request,
    UnknownCart,
    UnknownCheckout,
)
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.cart import Cart
from domain.ordering.checkout import Checkout
from domain.ordering.claim import Claim
from domain.ordering.goods_return import Return, ReturnId, ReturnState
from domain.ordering.order import Order
from domain.ordering.platform import RegisteredPlatform
from domain.shared.values import AttemptId, CartId, CheckoutId, OrderId


@dataclass(frozen=True)
class Standing:
    """What there is to a request for a checkout.

    `attempt` is the one that the claim names or, without a claim, the checkout's own.
    """

    claim: Claim | None
    checkout: Checkout | None
    attempt: Attempt | None

    def checkout_of(self, request: Request, checkout_id: CheckoutId) -> Checkout:
        """The checkout, if it is this client's, and not another buyer's: it is this buyer's now.

        Refuses with `UnknownCheckout`.
        """
        checkout = self.checkout
        if checkout is None or not checkout.is_seen_by(request.client, request.account):
            raise UnknownCheckout(checkout_id)
        checkout.belong_to(request.account)
        return checkout


@dataclass(frozen=True)
class CartStanding:
    """What there is to a request for a cart."""

    claim: Claim | None
    cart: Cart | None

    def cart_of(self, request: Request, cart_id: CartId, now: datetime) -> Cart:
        """The cart, if it is there for this client and this buyer: it is this buyer's now.

        Refuses with `UnknownCart`.
        """
        if self.cart is None:
            raise UnknownCart(cart_id)
        self.cart.require_there(request.client, request.account, now)
        self.cart.belong_to(request.account)
        return self.cart


class OrderBook(Protocol):
    """All carts, checkouts, attempts, orders and what was answered, as if they were in memory."""

    async def standing(self, request: Request, checkout_id: CheckoutId | None) -> Standing:
        """What was said to this request before, and how its checkout stands. One look."""
        ...

    async def checkout(self, checkout_id: CheckoutId) -> Checkout:
        """Refuses with `UnknownCheckout`."""
        ...

    async def save_checkout(self, checkout: Checkout) -> None:
        """Raises `Conflict` if it is stale, or there is one of this id when it is new."""
        ...

    async def claim(self, claim: Claim, *, instead_of: Claim | None) -> None:
        """Keep what was said, or who will say it, under the request's name.

        Raises `Conflict` where something else is kept under it than was found there.
        """
        ...

    async def cart_standing(self, request: Request, cart_id: CartId | None) -> CartStanding:
        """What was said to this request before, and how its cart stands."""
        ...

    async def cart(self, cart_id: CartId) -> Cart:
        """Refuses with `UnknownCart`."""
        ...

    async def save_cart(self, cart: Cart) -> None:
        """Raises `Conflict` if it is stale, or there is one of this id when it is new."""
        ...

    async def close_cart(self, cart_id: CartId) -> None:
        """Have it bought, however it stands; one that is not there (any more) stays so."""
        ...

    async def attempt(self, attempt_id: AttemptId) -> Attempt:
        """Raises `LookupError` if there is none: its id was made up."""
        ...

    async def add_attempt(self, attempt: Attempt) -> None:
        """Raises `Conflict` if there is one of this id."""
        ...

    async def move_attempt(self, attempt: Attempt, *, was: AttemptState) -> None:
        """Store what became of an attempt. Raises `Conflict` unless it `was` in this state, under
        this epoch: then it is somebody else's by now.
        """
        ...

    async def take_over_attempt(self, attempt: Attempt) -> None:
        """Store its new owner's epoch and lease. Raises `Conflict` if another was quicker."""
        ...

    async def overdue(self, now: datetime, *, most: int) -> list[Attempt]:
        """Attempts that are not over and that nobody drives any more, the oldest first."""
        ...

    async def order(self, order_id: OrderId) -> Order:
        """Refuses with `UnknownOrder`."""
        ...

    async def save_order(self, order: Order) -> None:
        """Store what changed and send its events with it. Raises `Conflict` if it is stale."""
        ...

    async def orders(
        self, wanted: ListOrders, after: OrderId | None, *, most: int
    ) -> list[OrderSummary]:
        """The newest first, those before `after`."""
        ...

    async def ledger(self, after: AttemptId | None, *, most: int) -> list[Order]:
        """By attempt, the newest first, those before `after`."""
        ...

    async def attempts(
        self, state: AttemptState | None, after: AttemptId | None, *, most: int
    ) -> list[Attempt]:
        """The newest first, those before `after`."""
        ...

    async def goods_return(self, return_id: ReturnId | None) -> Return:
        """Refuses with `UnknownReturn`."""
        ...

    async def return_under(self, order_id: OrderId, key: str) -> Return | None:
        """The return that was asked for under this key, if one was."""
        ...

    async def returns_of(self, order_id: OrderId) -> list[Return]:
        """All returns of an order: it has only so many units."""
        ...

    async def returns(
        self,
        order_id: OrderId | None,
        state: ReturnState | None,
        after: ReturnId | None,
        *,
        most: int,
    ) -> list[Return]:
        """The newest first, those before `after`."""
        ...

    async def late_returns(
        self,
        *,
        asked_before: datetime,
        over_before: datetime,
        reminded_before: datetime,
        most: int,
    ) -> list[ReturnId]:
        """Returns that somebody has to go on with, the oldest first: asked for before the first of
        these times, and nobody was reminded; or before the second, approved, and reminded before the
        third.
        """
        ...

    async def save_return(self, goods_return: Return) -> None:
        """Store what changed. Raises `Conflict` if it is stale, or in another state than it was, or
        there is one of its key when it is new.
        """
        ...

    async def platforms(self, after: str | None, most: int) -> list[RegisteredPlatform]:
        """In the order of their names."""
        ...


Outcome = TypeVar("Outcome")
Begin = Callable[[], AbstractAsyncContextManager[OrderBook]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""


class Answers(Protocol):
    """How clients are answered: the binding's part."""

    def checkout(self, checkout: CheckoutDetails, presentation: str, outcome: str, /) -> Answer:
        """Put into the client's words how a checkout stands.

        `outcome` is what its request came to: created, shown, completed, refused or cancelled. The
        same arguments give the same bytes.
        """
        ...

    def cart(self, cart: CartDetails, presentation: str, outcome: str, /) -> Answer:
        """Put into the client's words how a cart stands; `outcome` is created, shown or cancelled."""
        ...

    def nothing(
        self,
        notices: tuple[Notice, ...],
        presentation: str,
        /,
        *,
        of: str = "checkout",
        standing: UUID | None = None,
    ) -> Answer:
        """Put into the client's words why there is no checkout, or no cart; or why that which is
        `standing` stays as it was.
        """
        ...


class Spawn(Protocol):
    """Run something in a task of the application's, which outlives whoever asked for it."""

    def __call__(self, work: Coroutine[Any, Any, None], /, *, seconds: float) -> None: ...


class Again(Protocol):
    """Make a change anew, a few times, when it meets a `Conflict`."""

    async def __call__(self, change: Callable[[], Awaitable[Outcome]], /) -> Outcome: ...
