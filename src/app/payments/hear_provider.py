from dataclasses import dataclass

from domain.contracts.payments import ProviderSpoke
from domain.payments.ports import PaymentBook
from domain.shared.clock import Clock


@dataclass(frozen=True)
class HearProvider:
    """Whatever the provider tells, in whatever order and however often: it is asked how things
    stand, and that is believed.
    """

    clock: Clock

    async def __call__(self, book: PaymentBook, spoke: ProviderSpoke, /) -> None:
        if await book.find(spoke.attempt_id):
            await book.ask_about(spoke.attempt_id, self.clock())
