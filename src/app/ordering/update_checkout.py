from dataclasses import dataclass

from app.ordering.quoting import Quoting, Wanted
from domain.contracts.ordering import Answer, Notice, Request, UpdateCheckout
from domain.ordering.basket import NothingAvailable
from domain.ordering.claim import Claim
from domain.ordering.ports import Answers, Begin
from domain.shared.clock import Clock


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
        checkout = standing.checkout_of(request.client, message.checkout_id)
        checkout.require_open(self.clock())

        wanted = Wanted(
            lines=message.lines,
            buyer=message.buyer,
            context=message.context,
            codes=message.codes,
            methods=message.methods,
            known=checkout.content,
            is_merge=message.is_merge,
            offers_stored_addresses=message.offers_stored_addresses,
        )
        try:
            content = await self.quoting(wanted)
        except NothingAvailable as nothing:
            return await self._refuse(request, nothing.notices)
        now = self.clock()
        checkout.revise(content, now)
        answer = self.answers.checkout(checkout.details(now), request.presentation, "shown")
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
            await book.save_checkout(checkout)
        return answer

    async def _refuse(self, request: Request, notices: tuple[Notice, ...]) -> Answer:
        answer = self.answers.nothing(notices, request.presentation)
        async with self.begin() as book:
            await book.claim(Claim(request=request, answer=answer), instead_of=None)
        return answer
