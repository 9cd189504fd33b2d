"""Events that come again, and in another order than they happened."""

from asyncio import sleep
from datetime import timedelta
from random import Random
from time import monotonic
from uuid import uuid4

import nats
from nats.errors import Error
from nats.js import JetStreamContext
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import Engines
from infrastructure.shared.events.outbox import send_again
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.migrations.line import tables_of
from tests.faults.storm.waiting import PATIENCE_SECONDS, NeverCame
from tests.faults.storm.world import World
from tests.journeys.reconcile import rows

LATELY = timedelta(minutes=2)
MOST = 60
TELLING = ("fulfillment", "ordering", "payments")
PAUSE_SECONDS = 0.5
SECONDS_TO_CONFIRM = 30.0


async def publish_again(world: World) -> None:
    """As `freestone events republish` does. Raises `NeverCame` where nothing can be sent again."""
    engines, last = Engines(), monotonic() + PATIENCE_SECONDS
    outboxes = [tables_of(context).tables[f"{context}_outbox"] for context in TELLING]
    try:
        engine, number = engines.at(world.database_url), 0
        while not number:
            for outbox in outboxes:
                number += await _marked(engine, outbox, world, last)
            if not number:
                await _rest("an event that is sent again", last)
    finally:
        await engines.close()


async def _marked(engine: AsyncEngine, outbox: Table, world: World, last: float) -> int:
    while True:
        try:
            return await send_again(engine, outbox, world.now - LATELY)
        except Conflict:
            await _rest(f"a word to send {outbox.name} again", last)


async def publish_out_of_order(world: World, random: Random) -> None:
    """The latest events of each context that were told, each twice, under names that the broker does
    not know.

    It has confirmed all of them when this returns. Raises `NeverCame`.
    """
    line, last = await nats.connect(world.cluster.urls), monotonic() + PATIENCE_SECONDS
    try:
        jetstream = line.jetstream()
        while not any(told := [_latest(world, context) for context in TELLING]):
            await _rest("an event to tell again", last)
        for latest in told:
            twice = latest * 2
            random.shuffle(twice)
            for posted in twice:
                await _published(jetstream, posted, last)
    finally:
        await line.close()


async def _published(line: JetStreamContext, posted: Posted, last: float) -> None:
    name, header = f"freestone.{posted.name}", {"Nats-Msg-Id": str(uuid4())}
    body = posted.as_cloud_event()
    while True:
        try:
            await line.publish(name, body, timeout=SECONDS_TO_CONFIRM, headers=header)
        except (Error, TimeoutError):
            await _rest("a broker that has an event twice", last)
        else:
            return


async def _rest(what: str, last: float) -> None:
    if monotonic() > last:
        raise NeverCame(what)
    await sleep(PAUSE_SECONDS)


def _latest(world: World, context: str) -> list[Posted]:
    outbox = tables_of(context).tables[f"{context}_outbox"]
    told = select(outbox).where(outbox.c.sent_at.is_not(None))
    wanted = told.order_by(outbox.c.id.desc()).limit(MOST)
    named = [column.name for column in outbox.columns]
    found = [dict(zip(named, row, strict=True)) for row in rows(world.database_url, wanted)]
    return [Posted(**{k: v for k, v in one.items() if k != "sent_at"}) for one in found]
