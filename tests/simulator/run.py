"""One run: a seed's world, from the first buyer until it has come to rest."""

from asyncio import create_task, gather, sleep
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from secrets import randbits

from domain.contracts.inventory import Count
from domain.inventory.movement import COUNTED
from domain.ordering.cart import Cart
from domain.ordering.checkout import Checkout
from domain.shared import ids
from domain.shared.ids import uuid7
from domain.shared.values import CartId, CheckoutId, Quantity
from tests.ordering.builders import ROSES, a_content, a_line
from tests.simulator.checks import stuck, wrong
from tests.simulator.merchant import CHOSEN, a_subscription
from tests.simulator.people import Buyer, Staff
from tests.simulator.trouble import PEACE, Odds, Trouble
from tests.simulator.virtual_time import BEGINNING, VirtualLoop, run
from tests.simulator.world import World

BUYERS = 3
LONGEST_SECONDS = 3600.0
"""In peace everything comes to its end within this time, or is stuck."""
MakeWorld = Callable[[VirtualLoop, Trouble], World]


@dataclass(frozen=True)
class Outcome:
    wrong: tuple[str, ...]
    told: tuple[str, ...]
    places: tuple[str, ...]
    seconds: float


def simulated(
    seed: int,
    world: MakeWorld = World,
    *,
    odds: Odds | None = None,
    crash_at: int | None = None,
) -> Outcome:
    """What came of a seed: the same, whenever and wherever it is run."""
    random = Random(seed)  # noqa: S311  # to be repeated, not to be secret
    odds = odds or (Odds() if crash_at is None else PEACE)
    trouble, loop = Trouble(random, odds, crash_at), VirtualLoop()
    with _ids_of(random):
        found = run(loop, _whole(loop, trouble, world))
    return Outcome(tuple(found), tuple(trouble.told), tuple(trouble.places), loop.time())


async def _whole(loop: VirtualLoop, trouble: Trouble, make: MakeWorld) -> list[str]:
    random = trouble.random
    peace, crash_at, trouble.odds, trouble.crash_at = trouble.odds, trouble.crash_at, PEACE, None
    world = make(loop, trouble)
    stocked = random.randint(2, 6)
    async with world.begin["inventory"]() as shelves:
        await shelves.count([Count(sku=ROSES, units_on_hand=stocked)], COUNTED)
    async with world.begin["notifications"]() as book:
        for number in range(len(CHOSEN)):
            await book.merchants.save(a_subscription(number, BEGINNING))
    buyers = [
        await _a_buyer(world, random.randint(1, 2), is_delivered=random.random() < 0.85)
        for _ in range(BUYERS)
    ]
    trouble.places.clear()
    trouble.odds, trouble.crash_at = peace, crash_at
    routines = [create_task(world.keep_doing(*one)) for one in world.routines()]

    await gather(*(_story(world, buyer) for buyer in buyers))
    trouble.calm()
    await world.tasks.all_done()
    until = loop.time() + LONGEST_SECONDS
    while stuck(world) and loop.time() < until:  # noqa: ASYNC110  # time costs nothing here
        await sleep(1.0)
    for routine in routines:
        routine.cancel()
    ended = await gather(*routines, return_exceptions=True)
    failures = [*world.tasks.failures, *(one for one in ended if isinstance(one, Exception))]
    return [*(f"failed: {one!r}" for one in failures), *wrong(world, stocked), *_told(buyers)]


async def _a_buyer(world: World, units: int, *, is_delivered: bool) -> Buyer:
    now = BEGINNING
    line = a_line(quantity=Quantity(units))
    undelivered = () if is_delivered else (line.line_id,)
    content = a_content(lines=(line,), undelivered=undelivered)
    checkout_id: CheckoutId | None = None
    cart_id: CartId | None = None
    async with world.begin["ordering"]() as book:
        if world.trouble.random.random() < 0.5:
            cart_id = CartId(uuid7(now))
            await book.save_cart(Cart.opened(cart_id, "platform:a", content, now))
        else:
            checkout_id = CheckoutId(uuid7(now))
            await book.save_checkout(Checkout.opened(checkout_id, "platform:a", content, now))
    return Buyer(world, checkout_id, cart_id, units, [], [])


async def _story(world: World, buyer: Buyer) -> None:
    await sleep(world.trouble.random.random() * 2.0)
    if order_id := await buyer.buy():
        await Staff(world, order_id, buyer.units).deal()


def _told(buyers: list[Buyer]) -> Iterator[str]:
    for buyer in buyers:
        if len({answer.body for answer in buyer.answers if answer.code == 200}) > 1:
            yield f"checkout {buyer.checkout_id} was answered with two orders"
        if len(set(buyer.made)) > 1:
            yield f"cart {buyer.cart_id} became {len(set(buyer.made))} checkouts"


@contextmanager
def _ids_of(random: Random) -> Iterator[None]:
    """Ids are drawn from the seed too, for many things go in their order."""
    names, drawn = vars(ids), randbits
    names["randbits"] = random.getrandbits
    try:
        yield
    finally:
        names["randbits"] = drawn
