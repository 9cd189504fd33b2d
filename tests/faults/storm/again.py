"""Events that come again, and in another order than they happened."""

from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import uuid4

import nats
from sqlalchemy import select

from domain.shared.model import Conflict
from infrastructure.shared.database import Engines
from infrastructure.shared.events import Posted
from infrastructure.shared.migration_line import tables_of
from infrastructure.shared.outbox import send_again
from tests.faults.storm.world import World
from tests.journeys.reconcile import rows

LATELY = timedelta(minutes=2)
MOST = 60
TELLING = ("fulfillment", "ordering", "payments")


async def publish_again(world: World) -> None:
    """As `freestone events republish` does."""
    engines = Engines()
    try:
        for context in TELLING:
            outbox = tables_of(context).tables[f"{context}_outbox"]
            with suppress(Conflict):
                await send_again(engines.at(world.database_url), outbox, world.now - LATELY)
    finally:
        await engines.close()


async def publish_out_of_order(world: World, random: Random) -> None:
    """The latest events of each context, each twice, under names that the broker does not know."""
    line = await nats.connect(world.cluster.urls)
    try:
        for context in TELLING:
            twice = _latest(world, context) * 2
            random.shuffle(twice)
            for posted in twice:
                name, header = f"freestone.{posted.name}", {"Nats-Msg-Id": str(uuid4())}
                await line.publish(name, posted.as_cloud_event(), headers=header)
        await line.flush()
    finally:
        await line.close()


def _latest(world: World, context: str) -> list[Posted]:
    outbox = tables_of(context).tables[f"{context}_outbox"]
    wanted = select(outbox).order_by(outbox.c.id.desc()).limit(MOST)
    named = [column.name for column in outbox.columns]
    found = [dict(zip(named, row, strict=True)) for row in rows(world.database_url, wanted)]
    return [Posted(**{k: v for k, v in one.items() if k != "sent_at"}) for one in found]
