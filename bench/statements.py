"""How many statements an order takes, request by request, and what follows from it by events.

What follows is told of a buyer who is new and of one who is known: the first is put on file. Left
out are polls that find nothing, which are said whether or not anybody buys.
"""

from asyncio import run
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import Any

from aiohttp import ClientSession
from sqlalchemy.event import listen
from tests.journeys.shopper import Shopper, agent_at
from tests.processes import answers_at
from tests.servers import served
from tests.statements import FRAMES

from app.container import Container
from app.main import create_apps
from app.settings import CONTEXTS, Settings
from bench.figures import FREESTONE, Figures
from bench.load import a_buyer, ready
from bench.shop import drained, unsent
from bench.stock import Stock
from infrastructure.shared.routines.routine import routine_at_work

SECONDS_OF_QUIET = 3.0  # more than any routine sleeps
Said = tuple[str, str]


@dataclass
class Heard:
    """What was said while requests were answered, and what was said besides, by whom."""

    is_asked: bool = False
    asked: list[str] = field(default_factory=list)
    besides: list[Said] = field(default_factory=list)

    def hear(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(FRAMES):
            return
        name = routine_at_work()
        if self.is_asked and not name:
            self.asked.append(statement)
        else:
            self.besides.append((name, statement))

    def clear(self) -> None:
        self.asked.clear()
        self.besides.clear()


def count_statements(stock: Stock, folder: Path, figures: Figures) -> None:
    """One order, counted; one before it, so that nothing is done for the first time."""
    settings = Settings(**stock.copied(folder))
    container, heard = Container(), Heard()
    public, _ = create_apps(settings, container)
    note = partial(figures.note, "statements")
    with redirect_stdout(StringIO()), served(public) as (url,):  # where the house logs unasked
        answers_at(f"{url}/readyz")
        engine = container.engines().at(settings.database_url)
        listen(engine.sync_engine, "before_cursor_execute", heard.hear)

        agent = agent_at(f"{settings.base_url}/ucp/v1")

        def order(buyer: dict[str, str]) -> dict[str, int]:
            heard.clear()
            told = run(_an_order(url, stock.key, agent, heard, buyer))
            drained(partial(unsent, settings.database_url, CONTEXTS))
            return told

        order(a_buyer())
        heard.clear()
        sleep(SECONDS_OF_QUIET)
        polls = set(heard.besides)
        buyer = a_buyer()
        for what, number in order(buyer).items():
            note(number, f"{FREESTONE}: {what}")
        note(_followed(heard, polls), f"{FREESTONE}: its events, a buyer who is new")
        order(buyer)
        note(_followed(heard, polls), f"{FREESTONE}: its events, a buyer who is known")


async def _an_order(
    url: str, key: str, agent: str, heard: Heard, buyer: dict[str, str]
) -> dict[str, int]:
    async with ClientSession() as client:
        shopper = Shopper(client, f"{url}/ucp/v1", key, agent=agent, is_trusting=True)
        heard.is_asked = True
        checkout = await ready(shopper, buyer)
        before = len(heard.asked)
        await shopper.complete(checkout["id"])
        heard.is_asked = False
    whole = len(heard.asked)
    return {"create and update": before, "complete": whole - before, "whole order": whole}


def _followed(heard: Heard, polls: set[Said]) -> int:
    return sum(1 for _ in worked(heard.besides, polls))


def worked(said: list[Said], polls: set[Said]) -> Iterator[Said]:
    """Without polls that found nothing: after which the routine said nothing, or polled again."""
    for routine in dict.fromkeys(name for name, _ in said):
        own = [one for one in said if one[0] == routine]
        for one, then in pairwise([*own, None]):
            if one and not (one in polls and (then is None or then in polls)):
                yield one
