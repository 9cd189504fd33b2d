from dataclasses import dataclass

from domain.contracts.ordering import CheckoutDetails, FindCheckout, UnknownCheckout
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindCheckoutHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: FindCheckout, /) -> CheckoutDetails:
        async with self.begin() as book:
            checkout = await book.checkout(message.checkout_id)
        if message.client is not None and not checkout.is_seen_by(message.client, message.account):
            raise UnknownCheckout(message.checkout_id)
        return checkout.details(self.clock())
