from dataclasses import dataclass, replace

from app.ordering.quoting import Quoting
from app.ordering.wanted import Wanted, wanted_lines
from domain.contracts.ordering import (
    SAYS_NOTHING,
    Answer,
    CreateCheckout,
    Notice,
    Request,
    UnknownCart,
    UnknownCheckout,
)
from domain.ordering.basket import NothingAvailable
from domain.ordering.cart import Cart
from domain.ordering.checkout import Checkout, Content
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin, OrderBook
from domain.shared.clock import Clock
from domain.shared.ids import uuid7
from domain.shared.values import CartId, CheckoutId


@dataclass(frozen=True)
class CreateCheckoutHandler:
    begin: Begin
    quoting: Quoting
    answers: Answers
    clock: Clock

    async def __call__(self, message: CreateCheckout, /) -> Answer:
        request = message.request
        cart, active = None, None
        async with self.begin() as book:
            standing = await book.standing(request, None)
            if standing.claim and (said := standing.claim.said_to(request)):
                return said
            if message.cart_id:
                cart = await self._cart(book, message.cart_id, request)
                active = None if message.by_link else await self._active(book, cart, request)
        if active:
            return await self._show(active, request)

        had = (cart.shared() if message.by_link else cart.content) if cart else None
        try:
            content = await self.quoting(_wanted(message, had))
        except NothingAvailable as nothing:
            return await self._refuse(request, nothing.notices)
        now = self.clock()
        cart_id = None if message.by_link else message.cart_id
        content = replace(content, presentation=_told_as(request, cart), cart_id=cart_id)
        checkout = Checkout.opened(CheckoutId(uuid7(now)), request.client, content, now)
        checkout.belong_to(had.account if had else request.account)
        checkout.ascribe(message.attribution or (had.attribution if had else None))
        answer = self.answers.checkout(checkout.details(now), request.presentation, "created")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            if cart and not message.by_link:
                cart.become(checkout.checkout_id)
                await book.save_cart(cart)
            await book.save_checkout(checkout)
        return answer

    async def _cart(self, book: OrderBook, cart_id: CartId, request: Request) -> Cart:
        cart = await book.cart(cart_id)
        cart.require_there(request.client, request.account, self.clock())
        cart.belong_to(request.account)
        return cart

    async def _active(self, book: OrderBook, cart: Cart, request: Request) -> Checkout | None:
        """The checkout that was made of it, if that is still open (UCP CAR-10)."""
        checkout = await _made_of(cart, book)
        if checkout is None or not checkout.is_active(self.clock()):
            return None
        if not checkout.is_seen_by(request.client, request.account):
            raise UnknownCart(cart.cart_id)
        return checkout

    async def _show(self, checkout: Checkout, request: Request) -> Answer:
        details = checkout.details(self.clock())
        answer = self.answers.checkout(details, request.presentation, "shown")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
        return answer

    async def _refuse(self, request: Request, notices: tuple[Notice, ...]) -> Answer:
        answer = self.answers.nothing(notices, request.presentation)
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
        return answer


async def _made_of(cart: Cart, book: OrderBook) -> Checkout | None:
    if cart.checkout_id is None:
        return None
    try:
        return await book.checkout(cart.checkout_id)
    except UnknownCheckout:
        return None  # nothing came of it, and that is long ago


def _told_as(request: Request, cart: Cart | None) -> str:
    """Of a cart that a buyer takes to a checkout on a page, its platform hears (UCP WHK-1)."""
    said = request.presentation
    return (cart and said == SAYS_NOTHING and cart.content.presentation) or said


def _wanted(message: CreateCheckout, had: Content | None) -> Wanted:
    """What the cart has goes before what is said now (UCP CAR-9, CAR-11)."""
    return Wanted(
        lines=wanted_lines(had) if had else message.lines,
        buyer=(had and had.buyer) or message.buyer,
        context=(had and had.context) or message.context,
        codes=message.codes if had is None or had.codes is None else had.codes,
        methods=message.methods,
        may_split=message.may_split,
        known=had,
        is_new=True,
        offers_stored_addresses=message.offers_stored_addresses,
        known_buyer=message.known_buyer,
        account=message.request.account,
    )
