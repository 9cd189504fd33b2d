from dataclasses import dataclass

from app.ordering.quoting import Quoting, Wanted
from domain.contracts.ordering import Answer, CreateCheckout, Notice, Request
from domain.ordering.basket import NothingAvailable
from domain.ordering.checkout import Checkout
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin
from domain.shared.clock import Clock
from domain.shared.ids import uuid7
from domain.shared.values import CheckoutId


@dataclass(frozen=True)
class CreateCheckoutHandler:
    begin: Begin
    quoting: Quoting
    answers: Answers
    clock: Clock

    async def __call__(self, message: CreateCheckout, /) -> Answer:
        request = message.request
        async with self.begin() as book:
            standing = await book.standing(request, None)
        if standing.claim and (said := standing.claim.said_to(request)):
            return said

        wanted = Wanted(
            lines=message.lines,
            buyer=message.buyer,
            context=message.context,
            codes=message.codes,
            methods=message.methods,
            offers_stored_addresses=message.offers_stored_addresses,
        )
        try:
            content = await self.quoting(wanted)
        except NothingAvailable as nothing:
            return await self._refuse(request, nothing.notices)
        now = self.clock()
        checkout = Checkout.opened(CheckoutId(uuid7(now)), request.client, content, now)
        answer = self.answers.checkout(checkout.details(now), request.presentation, "created")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            await book.save_checkout(checkout)
        return answer

    async def _refuse(self, request: Request, notices: tuple[Notice, ...]) -> Answer:
        answer = self.answers.nothing(notices, request.presentation)
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
        return answer
