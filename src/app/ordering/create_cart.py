from dataclasses import dataclass, replace

from app.ordering.quoting import Quoting
from app.ordering.wanted import Wanted
from domain.contracts.ordering import Answer, CreateCart
from domain.ordering.basket import NothingAvailable
from domain.ordering.cart import Cart
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin
from domain.shared.clock import Clock
from domain.shared.ids import uuid7
from domain.shared.values import CartId


@dataclass(frozen=True)
class CreateCartHandler:
    begin: Begin
    quoting: Quoting
    answers: Answers
    clock: Clock

    async def __call__(self, message: CreateCart, /) -> Answer:
        request = message.request
        async with self.begin() as book:
            standing = await book.cart_standing(request, None)
        if standing.claim and (said := standing.claim.said_to(request)):
            return said

        cart = None
        try:
            content = await self.quoting(Wanted.about(message))
        except NothingAvailable as nothing:
            answer = self.answers.nothing(nothing.notices, request.presentation, of="cart")
        else:
            now = self.clock()
            content = replace(content, presentation=request.presentation)
            cart = Cart.opened(CartId(uuid7(now)), request.client, content, now)
            cart.belong_to(request.account)
            cart.ascribe(message.attribution)
            answer = self.answers.cart(cart.details(), request.presentation, "created")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            if cart:
                await book.save_cart(cart)
        return answer
