"""Rows changed behind the back of a shop at rest: what the books must show to be missing then."""

from random import Random

from sqlalchemy import text

from tests.faults.storm.again import publish_out_of_order
from tests.faults.storm.losses import DISORDER, STOCK, STUCK, UNPAID, Loss
from tests.faults.storm.world import World
from tests.journeys.reconcile import rows

ORDERS = "SELECT order_id, attempt_id FROM ordering_orders ORDER BY order_id LIMIT 3"
WITHOUT_RULES = "SET LOCAL session_replication_role = replica"
"""Lines may be left behind whose order is gone."""
LOST = "DELETE FROM ordering_orders WHERE order_id = :order"
UNPAID_FOR = "UPDATE payments_payments SET state = 'declined' WHERE attempt_id = :attempt"
LEFT_OPEN = "UPDATE ordering_attempts SET state = 'running' WHERE attempt_id = :attempt"
EARLY = """
UPDATE faults_applied SET number = -number WHERE number = (
    SELECT max(done.number) FROM faults_applied done JOIN ordering_outbox told ON told.id = done.event_id
    WHERE done.consumer = 'notifications.tell_of_order' AND told.sequence > 1)
"""
UNTOLD = """
DELETE FROM inventory_movements WHERE movement_id =
    (SELECT movement_id FROM inventory_movements ORDER BY movement_id LIMIT 1)
"""


async def spoilt(world: World) -> list[Loss]:
    """Each kind of loss, and words that the one made here is told with. Nobody mends them any more."""
    for process in world.processes.values():
        process.kill()
    (lost, _), (_, unpaid), (secret, _) = rows(world.database_url, ORDERS)
    with world.engine.begin() as line:
        line.execute(text(WITHOUT_RULES))
        line.execute(text(LOST), {"order": lost})
        line.execute(text(UNPAID_FOR), {"attempt": unpaid})
        line.execute(text(LEFT_OPEN), {"attempt": unpaid})
        line.execute(text(EARLY))
        line.execute(text(UNTOLD))
    del world.buyers.bought[secret]
    await publish_out_of_order(world, Random(1))  # noqa: S311  # a seed, no secret
    return [
        (UNPAID, f"order {lost} was promised, and there is none"),
        (UNPAID, f"order {secret} is there, and no buyer was told of it"),
        (UNPAID, f"payments has None for the order of {unpaid}"),
        (STOCK, "their histories add up to"),
        (DISORDER, "by notifications.tell_of_order, after what followed it"),
        (STUCK, f"attempt {(unpaid,)}"),
        (STUCK, "the broker has of ordering for inventory"),
        (STUCK, "process twin is not ready"),
    ]
