from dataclasses import dataclass

from domain.contracts.ordering import CartDetails, FindCart
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindCartHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: FindCart, /) -> CartDetails:
        async with self.begin() as book:
            cart = await book.cart(message.cart_id)
        cart.require_there(message.client, message.account, self.clock())
        return cart.details()
