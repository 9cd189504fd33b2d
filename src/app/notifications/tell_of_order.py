from dataclasses import dataclass
from datetime import datetime

from domain.contracts.notifications import WEBHOOK
from domain.contracts.ordering import OrderRevised
from domain.notifications.delivery import Delivery
from domain.notifications.ports import Announcing, DeliveryBook, Wording
from domain.shared.clock import Clock


@dataclass(frozen=True)
class TellOfOrder:
    """Keeps what is to be told of an order, in the words of this moment (UCP WHK-3, WHK-4, WHK-12)."""

    wordings: tuple[Wording, ...]
    announcing: Announcing
    clock: Clock

    async def __call__(self, book: DeliveryBook, revised: OrderRevised, /) -> None:
        now = self.clock()
        for dispatch in filter(None, (wording(revised) for wording in self.wordings)):
            subscription = None
            if dispatch.kind == WEBHOOK:
                client = revised.order.client
                subscription = await book.subscription(client, dispatch.target, now)
            await book.keep(Delivery.of(revised, dispatch, subscription, now))
        await self._tell_merchants(book, revised, now)

    async def _tell_merchants(
        self, book: DeliveryBook, revised: OrderRevised, now: datetime
    ) -> None:
        if not (listening := await book.merchants.all()):
            return
        if told := self.announcing(revised):
            wanted = [one for one in listening if told.event in one.events]
            if wanted:
                await book.keep(*(Delivery.to_merchant(revised, told, one, now) for one in wanted))
