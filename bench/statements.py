"""How many statements an order takes, request by request, and what follows from it by events."""

from asyncio import Task, current_task, run
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import Any

from aiohttp import ClientSession
from sqlalchemy.event import listen
from tests.conftest import a_shop
from tests.journeys.reconcile import number
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.servers import served
from tests.statements import FRAMES

from app.container import Container
from app.main import create_apps
from app.settings import Settings
from bench.figures import FREESTONE, Figures
from bench.shop import CODE, sku_of

WAITING = "SELECT count(*) FROM ordering_outbox WHERE sent_at IS NULL"


@dataclass
class Heard:
    """What was said while requests were answered, and what was said by routines."""

    asked: list[str] = field(default_factory=list)
    by_routines: list[str] = field(default_factory=list)

    def hear(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(FRAMES):
            (self.by_routines if _is_routine(current_task()) else self.asked).append(statement)


def _is_routine(task: Task[Any] | None) -> bool:
    return task is not None and not task.get_name().startswith("Task-")


def count_statements(stock: Path, folder: Path, key: str, figures: Figures) -> None:
    """One order, counted; one before it, so that nothing is done for the first time."""
    settings = Settings(**a_shop(copytree(stock, folder)))
    container, heard = Container(), Heard()
    public, _ = create_apps(settings, container)
    with redirect_stdout(StringIO()), served(public) as (url,):  # where the house logs unasked
        engine = container.engines().at(settings.database_url)
        listen(engine.sync_engine, "before_cursor_execute", heard.hear)
        for is_counted in (False, True):
            said = run(_an_order(url, key, heard, folder / "shop.db"))
            for what, number_of in said.items() if is_counted else ():
                figures.note("statements", number_of, f"{FREESTONE}: {what}")


async def _an_order(url: str, key: str, heard: Heard, database: Path) -> dict[str, int]:
    async with ClientSession() as client:
        shopper = Shopper(client, f"{url}/ucp/v1", key, is_trusting=True)
        heard.asked.clear()
        heard.by_routines.clear()
        checkout = await shopper.ready(sku_of(0), discounts={"codes": [CODE]})
        before = len(heard.asked)
        await shopper.complete(checkout["id"])
        told = {"create and update": before, "complete": len(heard.asked) - before}
        await wait_for("the events", lambda: number(database, WAITING) == 0)
    dispatched = [said for said in heard.by_routines if "box" in said or said[:6] != "SELECT"]
    return {**told, "whole order": len(heard.asked), "its events": len(dispatched)}
