"""Payments cannot write: nobody is told that a payment failed which was never begun."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers

from app.container import Container
from app.house import opened, wiring
from app.settings import Settings
from domain.contracts.payments import Authorise, Payment
from domain.shared.model import Conflict, OutcomeUnknown, TryAgainLater
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import KeptHouse, a_shop
from tests.ordering.shelf import Shelf, complete, told

TRIES = 4
"""How often a call is made that collides each time."""


@dataclass
class Away:
    """Payments, whose database cannot be written to for as many calls."""

    payments: Any
    calls: int = TRIES

    def __getattr__(self, name: str) -> Any:
        return getattr(self.payments, name)

    async def authorise(self, message: Authorise, /) -> Payment:
        if self.calls:
            self.calls -= 1
            raise Conflict(message.attempt_id)
        kept: Payment = await self.payments.authorise(message)
        return kept


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    settings = Settings(**a_shop(tmp_path))
    await migrate(settings)
    container = Container()
    container.config.from_dict(wiring(settings))
    container.payments_here.override(providers.Object(Away(container.payments_here())))
    async with opened(settings, container) as house:
        house.start()
        yield await Shelf.stocked(KeptHouse("near", settings.database_url, _near=house))
        await house.stop(5)


async def test_who_is_sent_away_places_the_order_by_asking_again(shelf: Shelf) -> None:
    request = complete(await shelf.ready())

    with pytest.raises((OutcomeUnknown, TryAgainLater)):
        await shelf.ordering.complete_checkout(request)

    answer = await shelf.ordering.complete_checkout(request)
    assert told(answer)["status"] == "completed"
