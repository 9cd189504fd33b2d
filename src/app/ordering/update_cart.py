from dataclasses import dataclass

from app.ordering.quoting import Quoting
from app.ordering.wanted import Wanted
from domain.contracts.ordering import Answer, UpdateCart
from domain.ordering.basket import NothingAvailable
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class UpdateCartHandler:
    begin: Begin
    quoting: Quoting
    answers: Answers
    clock: Clock

    async def __call__(self, message: UpdateCart, /) -> Answer:
        request, now = message.request, self.clock()
        async with self.begin() as book:
            standing = await book.cart_standing(request, message.cart_id)
        if standing.claim and (said := standing.claim.said_to(request)):
            return said
        cart = standing.cart_of(request, message.cart_id, now)

        is_filled = False
        try:
            content = await self.quoting(Wanted.about(message, known=cart.content))
        except NothingAvailable as nothing:
            answer = self.answers.nothing(
                nothing.notices, request.presentation, of="cart", standing=message.cart_id
            )
        else:
            is_filled = True
            cart.revise(content, self.clock())
            cart.ascribe(message.attribution)
            answer = self.answers.cart(cart.details(), request.presentation, "shown")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            if is_filled:
                await book.save_cart(cart)
        return answer
