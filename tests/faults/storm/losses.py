"""What the books show to be lost, doubled or stuck, once a world has come to rest."""

from asyncio import sleep, to_thread
from collections import Counter
from collections.abc import Iterator
from time import monotonic

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.context_map import CONSUMERS
from app.settings import CONTEXTS
from infrastructure.shared.migrations.line import tables_of
from tests.faults.storm.heard import unheard
from tests.faults.storm.money import not_taken, taken_twice
from tests.faults.storm.world import World
from tests.journeys.reconcile import mistakes_of_money, mistakes_of_stock, rows

UNPAID, TWICE_PAID, STOCK = "orders without payment", "double payments", "stock not conserved"
NOT_APPLIED, TWICE_APPLIED, STUCK = "events not applied", "events applied twice", "stuck"
DISORDER = "events out of order"
KINDS = (UNPAID, TWICE_PAID, STOCK, NOT_APPLIED, TWICE_APPLIED, DISORDER, STUCK)
TELLING = [one for one in CONTEXTS if f"{one}_outbox" in tables_of(one).tables]
Loss = tuple[str, str]
"""Its kind, and what it is."""
PAUSE_SECONDS = 0.5
MOST_PATIENCE = 3
"""So many times the patience is the longest that anything may go on changing."""
UNAPPLIED = """
SELECT told.id FROM {source}_outbox told WHERE told.name = '{event}' AND NOT EXISTS (
    SELECT 1 FROM faults_applied done
    WHERE done.event_id = told.id AND done.consumer = '{consumer}')
"""
APPLIED_TWICE = """
SELECT event_id, consumer, count(*) FROM faults_applied GROUP BY event_id, consumer
HAVING count(*) > 1
"""
OUT_OF_ORDER = """
SELECT event_id, consumer FROM (
    SELECT done.event_id, done.consumer, told.sequence, max(told.sequence) OVER (
        PARTITION BY done.consumer, told.aggregate_id ORDER BY done.number) AS latest
    FROM faults_applied done JOIN {source}_outbox told ON told.id = done.event_id) heard
WHERE sequence < latest
"""
UNDER_WAY = {
    "attempt": "SELECT attempt_id FROM ordering_attempts WHERE state IN ('running', 'undoing')",
    "payment": "SELECT attempt_id FROM payments_payments WHERE state = 'pending'",
    "operation": "SELECT attempt_id, kind, key FROM payments_operations WHERE state = 'pending'",
    "delivery": "SELECT delivery_id FROM notifications_deliveries WHERE state IN ('pending', 'dead')",
}
UNSENT = "SELECT id, name FROM {}_outbox WHERE sent_at IS NULL"
UNSETTLED = "SELECT event_id, consumer, state FROM {}_inbox WHERE state <> 'done'"


async def losses(world: World, *, patience: float) -> set[Loss]:
    """All that there are when nothing has changed for so long; none, once there were none twice.

    What has not come to rest after a multiple of that is taken as it is.
    """
    found, last = await _found(world), monotonic() + MOST_PATIENCE * patience
    changed_at = monotonic()
    while True:
        await sleep(PAUSE_SECONDS)
        is_last = monotonic() > last
        before, found = found, await _found(world, is_last=is_last)
        now = monotonic()
        if found != before:
            changed_at = now
        elif not found or now > changed_at + patience:
            return found
        if found and is_last:
            return found


def counted(found: set[Loss]) -> dict[str, int]:
    number = Counter(kind for kind, _ in found)
    return {kind: number[kind] for kind in KINDS}


async def _found(world: World, *, is_last: bool = False) -> set[Loss]:
    held = {(STUCK, what) for what in await unheard(world.cluster.urls, TELLING)}
    return await to_thread(_in_the_books, world, held, is_last=is_last)


def _in_the_books(world: World, held: set[Loss], *, is_last: bool) -> set[Loss]:
    """What costs much to look for is looked for once nothing is under way any more, or at last."""
    try:
        with world.line() as line:
            quick = {*held, *_not_ready(world), *_stuck(line), *_events(line)}
        is_whole = not _is_moving(world, quick) or is_last
        return {*quick, *_goods_and_money(world)} if is_whole else quick
    except SQLAlchemyError as away:
        return {*held, (STUCK, f"the database: {type(away).__name__}")}


def _is_moving(world: World, found: set[Loss]) -> bool:
    """Whether this is less than it was when it was last looked at."""
    before, world.last_found = world.last_found, len(found)
    return bool(found) and len(found) != before


def _not_ready(world: World) -> Iterator[Loss]:
    for name, process in world.processes.items():
        if not process.is_ready():
            yield STUCK, f"process {name} is not ready"


def _stuck(line: Connection) -> Iterator[Loss]:
    queries = dict(UNDER_WAY)
    for context in TELLING:
        queries[f"event of {context}"] = UNSENT.format(context)
        queries[f"event for {context}"] = UNSETTLED.format(context)
    for what, query in queries.items():
        for row in line.execute(text(query)):
            yield STUCK, f"{what} {tuple(row)}"


def _events(line: Connection) -> Iterator[Loss]:
    for consumers in CONSUMERS.values():
        for one in consumers:
            event = one.event.name
            source = event.partition(".")[0]
            query = UNAPPLIED.format(source=source, event=event, consumer=one.name)
            for (event_id,) in line.execute(text(query)):
                yield NOT_APPLIED, f"{event} {event_id} by {one.name}"
    for event_id, consumer, times in line.execute(text(APPLIED_TWICE)):
        yield TWICE_APPLIED, f"{event_id} by {consumer}, {times} times"
    for source in TELLING:
        for event_id, consumer in line.execute(text(OUT_OF_ORDER.format(source=source))):
            yield DISORDER, f"{event_id} by {consumer}, after what followed it"


def _goods_and_money(world: World) -> Iterator[Loss]:
    books = world.books
    kept = {order for (order,) in rows(books.ordering, "SELECT order_id FROM ordering_orders")}
    for order in world.buyers.bought.keys() - kept:
        yield UNPAID, f"order {order} was promised, and there is none"
    for order in kept - world.buyers.bought.keys() if world.buyers.have_left else ():
        yield UNPAID, f"order {order} is there, and no buyer was told of it"
    for one in (*mistakes_of_money(books), *not_taken(books, world.buyers.sent)):
        yield UNPAID, one
    for one in taken_twice(books):
        yield TWICE_PAID, one
    for one in mistakes_of_stock(books):
        yield STOCK, one
