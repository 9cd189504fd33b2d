"""A storm: faults of every kind, one after the other, under a steady load of orders."""

from asyncio import wait_for
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from time import monotonic

from nats.errors import Error

from tests.faults.storm.blows import BLOWS, Blow
from tests.faults.storm.losses import STUCK, UNPAID, Loss, losses
from tests.faults.storm.opening import a_world
from tests.faults.storm.table import Row
from tests.faults.storm.waiting import PATIENCE_SECONDS, NeverCame
from tests.faults.storm.world import BUYERS, World
from tests.services.programs import Failed

Say = Callable[[str], None]
FAILURES = (AssertionError, Error, Failed, NeverCame)
"""What comes of a process or a server that does not come up, and of what never came about."""
MOST_TOLD = 500


async def storm(
    folder: Path, *, each: int, seed: int, faults: Sequence[str] = tuple(BLOWS), say: Say = print
) -> list[Row]:
    """Faults of each kind in a world of their own."""
    async with a_world(folder) as world:
        return await weathered(world, each=each, seed=seed, faults=faults, say=say)


async def weathered(
    world: World, *, each: int, seed: int, faults: Sequence[str], say: Say = print
) -> list[Row]:
    """A row for each kind of fault. The books are held against one another after each kind."""
    rows: list[Row] = []
    for fault in faults:
        begun, known = monotonic(), {loss for row in rows for loss in row.losses}
        random = Random(f"{seed} {fault}")  # noqa: S311  # a seed, no secret
        world.note(fault)
        seconds, found = await suffered(world, BLOWS[fault], each, random)
        rows.append(Row(fault, seconds, frozenset(found - known)))
        orders = len(world.buyers.bought)
        say(f"{fault}: {len(seconds)} in {monotonic() - begun:.0f} s, {orders} orders by now")
        if len(seconds) < each or not world.buyers.have_left:
            break  # whatever follows would say nothing of itself
    return rows


async def suffered(
    world: World,
    blow: Blow,
    times: int,
    random: Random,
    *,
    patience: float = PATIENCE_SECONDS,
) -> tuple[list[float], set[Loss]]:
    """How long it took to recover from each of these blows, and what was lost by them.

    Buyers that have no answer, and books that do not agree, are waited for as long as `patience` says.
    """
    seconds: list[float] = []
    buyers, found = world.buyers, set[Loss]()
    buyers.come(BUYERS)
    try:
        try:
            await world.recovers(monotonic())
            for _ in range(times):
                since = await blow(world, random)
                await world.recovers(since)
                seconds.append(monotonic() - since)
                world.note(f"recovered in {seconds[-1]:.1f} s")
        except FAILURES as failed:
            found.add((STUCK, f"{type(failed).__name__}: {str(failed)[-MOST_TOLD:]}"))
        try:
            await wait_for(buyers.leave(), patience)
        except TimeoutError:
            found.add((STUCK, "buyers have no answer"))
    finally:
        await buyers.give_up()
    world.pass_time()
    found |= {(UNPAID, f"a buyer was told {answer}") for answer in buyers.worse}
    found |= await losses(world, patience=patience)
    return seconds, found
