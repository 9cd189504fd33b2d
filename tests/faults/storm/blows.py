"""What is done to a world. A blow is over when it returns, and says since when it may recover."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from random import Random
from time import monotonic

from sqlalchemy import select

from infrastructure.ordering.tables import leases
from tests.faults.storm import clock
from tests.faults.storm.again import publish_again, publish_out_of_order
from tests.faults.storm.waiting import until
from tests.faults.storm.world import APART, DEDUP_SECONDS, HOSTED, World
from tests.journeys.reconcile import rows

Blow = Callable[[World, Random], Awaitable[float]]
FURTHEST_MINUTES = 10
MEANWHILE = 3
"""Answers that buyers get while something is wrong: each, an order or a word to come again later."""


async def server_killed(world: World, _random: Random) -> float:
    return await world.restart("shop")


async def relay_killed(world: World, _random: Random) -> float:
    """Whichever of the two it is that brings the events of orders."""
    await until("a relay", lambda: _holder(world))
    return await world.restart(_holder(world) or "shop")


async def consumer_killed(world: World, random: Random) -> float:
    return await world.restart(random.choice(APART))


async def broker_node_killed(world: World, random: Random) -> float:
    killed_at, node = monotonic(), random.choice(world.cluster.nodes)
    await to_thread(node.server.kill)
    await world.cluster.start()
    return killed_at


async def database_restarted(world: World, _random: Random) -> float:
    sent_away = world.buyers.busy
    await to_thread(world.database.stop_immediately)
    await until("a buyer who is sent away", lambda: world.buyers.busy > sent_away)
    await to_thread(world.database.start)
    return monotonic()


async def broker_away(world: World, _random: Random) -> float:
    """For longer than it remembers what it was told; orders go on meanwhile."""
    gone_at, bought = monotonic(), len(world.buyers.bought)
    await to_thread(world.cluster.kill)
    await until("the end of its memory", lambda: monotonic() > gone_at + DEDUP_SECONDS)
    world.buyers.one_more()
    await until("an order without it", lambda: len(world.buyers.bought) > bought)
    await world.cluster.start()
    return monotonic()


async def told_again(world: World, random: Random) -> float:
    """What was told lately is told again: by relays, and past them in whatever order."""
    await publish_again(world)
    await publish_out_of_order(world, random)
    return monotonic()


async def clock_stepped(world: World, random: Random) -> float:
    """One process has another time than the others for a while. Then it is put right."""
    name, minutes = random.choice(list(HOSTED)), random.uniform(1, FURTHEST_MINUTES)
    answers, moved = world.buyers.answers, world.ahead + 60 * minutes * random.choice((-1, 1))
    world.furthest = max(world.furthest, moved)
    clock.move(world.clock_of(name), moved)
    await until("answers meanwhile", lambda: world.buyers.answers >= answers + MEANWHILE)
    clock.move(world.clock_of(name), world.ahead)
    return monotonic()


def _holder(world: World) -> str | None:
    pids = {process.pid: name for name, process in world.processes.items()}
    holders = [holder for (holder,) in rows(world.database_url, select(leases.c.holder))]
    found = [pids.get(int(holder.split("/")[1])) for holder in holders if "/" in holder]
    return found[0] if found else None


BLOWS: dict[str, Blow] = {
    "kill -9 of the server": server_killed,
    "kill -9 of the relay": relay_killed,
    "kill -9 of a consumer": consumer_killed,
    "kill -9 of a broker node": broker_node_killed,
    "restart of the database": database_restarted,
    "broker away for longer than it remembers": broker_away,
    "duplicate and reordered delivery": told_again,
    "clock steps": clock_stepped,
}
