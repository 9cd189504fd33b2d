from dataclasses import dataclass

from domain.contracts.ordering import Answer, CancelCheckout
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class CancelCheckoutHandler:
    begin: Begin
    answers: Answers
    clock: Clock

    async def __call__(self, message: CancelCheckout, /) -> Answer:
        request = message.request
        async with self.begin() as book:
            standing = await book.standing(request, message.checkout_id)
            if standing.claim and (said := standing.claim.said_to(request)):
                return said
            checkout = standing.checkout_of(request, message.checkout_id)
            now = self.clock()
            checkout.cancel(now)
            answer = self.answers.checkout(checkout.details(now), request.presentation, "cancelled")
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            await book.save_checkout(checkout)
        return answer
