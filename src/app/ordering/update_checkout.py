from dataclasses import dataclass

from app.ordering.quoting import Quoting
from app.ordering.wanted import Wanted
from domain.contracts.ordering import Answer, Notice, UnknownCart, UpdateCheckout
from domain.ordering.basket import NothingAvailable
from domain.ordering.checkout import Content
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin, OrderBook
from domain.shared.clock import Clock
from domain.shared.values import CartId


@dataclass(frozen=True)
class UpdateCheckoutHandler:
    begin: Begin
    quoting: Quoting
    answers: Answers
    clock: Clock

    async def __call__(self, message: UpdateCheckout, /) -> Answer:
        request = message.request
        async with self.begin() as book:
            standing = await book.standing(request, message.checkout_id)
        if standing.claim and (said := standing.claim.said_to(request)):
            return said
        checkout = standing.checkout_of(request, message.checkout_id)
        checkout.require_open(self.clock())

        wanted = Wanted(
            lines=message.lines,
            buyer=message.buyer,
            context=message.context,
            codes=message.codes,
            methods=message.methods,
            may_split=message.may_split,
            known=checkout.content,
            is_merge=message.is_merge,
            offers_stored_addresses=message.offers_stored_addresses,
            known_buyer=message.known_buyer,
        )
        try:
            content = await self.quoting(wanted)
        except NothingAvailable as nothing:
            return await self._refuse(message, nothing.notices)
        now = self.clock()
        checkout.revise(content, now)
        checkout.ascribe(message.attribution)
        answer = self.answers.checkout(checkout.details(now), request.presentation, "shown")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            if checkout.content.cart_id:
                await _follow(book, checkout.content.cart_id, content)
            await book.save_checkout(checkout)
        return answer

    async def _refuse(self, message: UpdateCheckout, notices: tuple[Notice, ...]) -> Answer:
        answer = self.answers.nothing(
            notices, message.request.presentation, standing=message.checkout_id
        )
        async with self.begin() as book:
            await book.claim(Claim(request=message.request, answer=answer), instead_of=None)
        return answer


async def _follow(book: OrderBook, cart_id: CartId, content: Content) -> None:
    """Have the cart say what its checkout says (UCP CAR-12), as long as there is one."""
    try:
        cart = await book.cart(cart_id)
    except UnknownCart:
        return
    cart.follow(content)
    await book.save_cart(cart)
