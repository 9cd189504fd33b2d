from dataclasses import dataclass

from domain.contracts.ordering import Answer, CancelCart
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class CancelCartHandler:
    begin: Begin
    answers: Answers
    clock: Clock

    async def __call__(self, message: CancelCart, /) -> Answer:
        request = message.request
        async with self.begin() as book:
            standing = await book.cart_standing(request, message.cart_id)
            if standing.claim and (said := standing.claim.said_to(request)):
                return said
            cart = standing.cart_of(request, message.cart_id, self.clock())
            cart.cancel()
            answer = self.answers.cart(cart.details(), request.presentation, "cancelled")
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            await book.save_cart(cart)
        return answer
