"""The books of a house, held against one another and against the provider's."""

from datetime import timedelta
from typing import Any

from dependency_injector import providers

from app.commands.books.comparison import Comparison
from app.commands.books.standing import Books
from app.commands.comparing import Comparison as ProviderComparison
from app.container import Container
from app.house import House, opened
from app.settings import CONTEXTS, Settings
from domain.contracts.inventory import Inventory
from domain.contracts.ordering import Ordering
from domain.contracts.payments import Difference, Payments
from infrastructure.shared.clock import utc_now


async def compared(house: House, patience: timedelta = timedelta(0)) -> Comparison:
    """Without patience: nothing is on its way any more."""
    found = Comparison(utc_now, patience)
    ordering, inventory = house.contract(Ordering), house.contract(Inventory)
    await found.go_through(Books(ordering, inventory, house.contract(Payments)))
    return found


async def found_in(**settings: object) -> list[str]:
    """What does not agree, or is under way, in a shop that others may serve meanwhile."""
    async with opened(_settings(settings)) as house:
        found = await compared(house)
    return [*(one.kind for one in found.mistakes), *["under way"] * found.under_way]


async def differing_at_provider(**settings: object) -> list[Difference]:
    """What the provider knows otherwise, asked when nothing is new any more."""
    container = Container()
    container.clock.override(providers.Object(lambda: utc_now() + timedelta(minutes=5)))
    found = ProviderComparison()
    async with opened(_settings(settings), container) as house:
        await found.go_through(house.contract(Payments))
    return found.differences


def _settings(told: dict[str, object]) -> Settings:
    """As a process that was told them in its environment understands them."""
    nested: dict[str, Any] = {}
    for name, value in told.items():
        context, _, rest = name.partition("_")
        if context in CONTEXTS and rest:
            nested.setdefault(context, {})[rest] = value
        else:
            nested[name] = value
    return Settings(**nested)
