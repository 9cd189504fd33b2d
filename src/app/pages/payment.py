"""How a buyer can pay on a page that runs no scripts."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.contracts.ordering import PaymentInstrument

MOCK = "mock_payment_handler"
SCRIPTED = {"google_pay": "Google Pay", "shop_pay": "Shop Pay", "stripe": "Card by Stripe"}
"""What a page without scripts cannot offer: its maker's own script asks for the credential."""


@dataclass(frozen=True)
class Way:
    """`name` is what the form says of it."""

    name: str
    title: str
    text: str
    is_usual: bool = False


TESTS = (
    Way("success_token", "Test card", "Approved at once. No money moves.", is_usual=True),
    Way("fail_token", "Test card that is declined", "To see what happens then.", is_usual=True),
    Way("late_token:2.5", "Test card that is slow", "Approved, and answered 2.5 seconds later."),
    Way("lost_token", "Test card whose reply is lost", "Approved, but the shop is not told so."),
    Way("hang_token", "Test card that hangs", "The provider never answers."),
)
"""The test provider's tokens, as docs/api.md tells them."""


@dataclass(frozen=True)
class Payment:
    """`handlers` are the ids of those that this deployment offers."""

    handlers: tuple[str, ...]

    @property
    def ways(self) -> tuple[Way, ...]:
        return TESTS if MOCK in self.handlers else ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(way.name for way in self.ways)

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """What is offered, but not on a page without scripts."""
        return tuple(_title(handler) for handler in self.handlers if handler != MOCK)

    def instrument(self, name: str) -> PaymentInstrument | None:
        if name not in self.names:
            return None
        return PaymentInstrument(instrument_id="page", handler_id=MOCK, kind="card", token=name)


def listed(names: Iterable[str]) -> str:
    """`Google Pay and Shop Pay`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _title(handler: str) -> str:
    return SCRIPTED.get(handler, handler.replace("_", " ").capitalize())
